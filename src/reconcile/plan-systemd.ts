import { isSlicePath, systemdAcceptsUnitName, systemdEscapesDirectory } from '../kubelet/names.ts';
import { below, lineage } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import type { DesiredCgroup, DesiredState } from '../model/desired.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { HostFacts, TreeFacts, UnitFacts, Units } from '../model/host.ts';
import type { Action, Refusal } from '../model/plan.ts';
import { isSystemds, obstacle } from './ownership.ts';
import { unsetProperties } from './slice-properties.ts';
import type { Steps } from './steps.ts';

const NOTHING: Steps = { actions: [], refusals: [] };

/** Load states in which systemd starts nothing. A slice without a file is `loaded`; old systemd may say `not-found`. */
const REFUSING = ['masked', 'bad-setting', 'error'];

/**
 * What systemd is asked for, before anything is made by hand: properties first, then
 * the start. Started later, a slice would strip what was written by hand before.
 */
export function planSystemd(host: HostFacts, cgroup: DesiredCgroup, tree: TreeFacts, units: Units): Steps {
  if (host.systemd === null) return NOTHING;
  const impossible = impossibleUnit(cgroup);
  if (impossible !== null) return { actions: [], refusals: [impossible] };
  const slice = deepestSlice(cgroup.path);
  if (slice === null) return NOTHING;
  const hierarchies = demandedHierarchies(host);
  // A part of the tree that is not ours to change is refused hierarchy by hierarchy.
  if (hierarchies.some((one) => obstacle(one, tree[one.mountpoint]) !== null)) return NOTHING;
  const unit = unitOf(slice);
  const facts = units?.[unit];
  const refusal = refusalFor(unit, facts, cgroup.enforced);
  if (refusal !== null) return { actions: [], refusals: [refusal] };

  const absent = absentDirectories(host, hierarchies, slice, tree);
  const actions: Action[] = [];
  const properties = slice === cgroup.path ? unsetProperties(host, cgroup, tree, facts) : [];
  if (properties.length > 0) actions.push(setProperties(unit, properties, cgroup));
  if (absent.length > 0 || (facts !== undefined && facts.activeState !== 'active')) {
    actions.push(startSlice(unit, absent, cgroup));
  }
  return { actions, refusals: [] };
}

/** The units that systemd is asked about. */
export function unitsOfInterest({ cgroups }: DesiredState): string[] {
  const slices = cgroups.flatMap((cgroup) => deepestSlice(cgroup.path) ?? []);
  return [...new Set(slices.map(unitOf))];
}

/** The cgroup itself or the nearest ancestor that is a slice: `/system.slice` of `/system.slice/daemons`. */
export function deepestSlice(path: string): string | null {
  return lineage(path).findLast((at) => at !== '/' && isSlicePath(at)) ?? null;
}

export function unitOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function absentDirectories(
  host: HostFacts,
  hierarchies: readonly Hierarchy[],
  slice: string,
  tree: TreeFacts,
): string[] {
  return hierarchies
    .filter((hierarchy) => isSystemds(host, hierarchy, slice))
    .map((hierarchy) => below(hierarchy.mountpoint, slice))
    .filter((directory) => tree[directory]?.kind === 'absent');
}

/** A unit that systemd would never make where the kubelet looks for it. */
function impossibleUnit({ unit, enforced }: DesiredCgroup): Refusal | null {
  if (unit === null) return null;
  if (!systemdAcceptsUnitName(unit)) {
    return {
      target: unit,
      reason: 'unit-refused',
      needed: enforced,
      why: `systemd accepts no unit of the name ${unit}`,
    };
  }
  if (!systemdEscapesDirectory(unit)) return null;
  const why = `systemd makes the directory of ${unit} as _${unit}, because the name is a controller's or the kernel's, and the kubelet looks for ${unit}`;
  return { target: unit, reason: 'name-escaped', needed: enforced, why };
}

function refusalFor(unit: string, facts: UnitFacts | undefined, needed: boolean): Refusal | null {
  if (facts === undefined || !REFUSING.includes(facts.loadState)) return null;
  const why = `systemd does not start ${unit}: ${facts.loadError ?? `it is ${facts.loadState}`}`;
  return { target: unit, reason: 'unit-refused', needed, why };
}

function setProperties(unit: string, properties: readonly string[], cgroup: DesiredCgroup): Action {
  const why = `a nested slice is given a controller, and keeps it, only while its properties ask for it: ${properties.join(' ')}`;
  return {
    id: `set-properties:${unit}`,
    action: 'set-properties',
    target: unit,
    why,
    needed: cgroup.enforced,
    unit,
    properties,
  };
}

function startSlice(unit: string, absent: readonly string[], cgroup: DesiredCgroup): Action {
  const why =
    absent.length > 0
      ? `systemd owns the ${cgroup.role} cgroup and makes ${absent.join(', ')}`
      : 'an inactive slice is taken away when something below it stops';
  return {
    id: `start-slice:${unit}`,
    action: 'start-slice',
    target: unit,
    why,
    needed: cgroup.enforced && absent.length > 0,
    unit,
  };
}
