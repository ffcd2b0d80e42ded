import { isSlicePath, systemdAcceptsUnitName, systemdEscapesDirectory } from '../kubelet/names.ts';
import { below, lineage } from '../model/cgroup.ts';
import type { DesiredCgroup, DesiredState } from '../model/desired.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { HostFacts, TreeFacts, UnitFacts, Units } from '../model/host.ts';
import type { Action, Refusal } from '../model/plan.ts';
import { isSystemds, obstacle } from './ownership.ts';
import { keeperOf, unitOf, unsetProperties } from './slice-properties.ts';
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
  // A part of the tree that is not ours to change is refused hierarchy by hierarchy.
  if (demandedHierarchies(host).some((one) => obstacle(one, tree[one.mountpoint]) !== null)) return NOTHING;
  const slice = deepestSlice(cgroup.path);
  const keeper = keeperOf(host, cgroup.path);
  for (const unit of [slice === null ? null : unitOf(slice), keeper]) {
    const refusal = unit === null ? null : refusalFor(unit, units?.[unit], cgroup.enforced);
    if (refusal !== null) return { actions: [], refusals: [refusal] };
  }
  const start = slice === null ? [] : startOf(host, slice, cgroup, tree, units);
  if (keeper === null) return { actions: start, refusals: [] };
  const keep = keepControllers(host, keeper, cgroup, tree, units);
  // A slice is given its properties before it is started; a keeper beside the cgroup needs its parent first.
  return { actions: slice === cgroup.path ? [...keep, ...start] : [...start, ...keep], refusals: [] };
}

function startOf(host: HostFacts, slice: string, cgroup: DesiredCgroup, tree: TreeFacts, units: Units): Action[] {
  const unit = unitOf(slice);
  const facts = units?.[unit];
  const absent = absentDirectories(host, slice, tree);
  // What an active slice has lost is made by hand: systemd holds it for there, and a start does nothing.
  const wanted = facts === undefined ? absent.length > 0 : facts.activeState !== 'active';
  return wanted ? [startSlice(unit, absent, cgroup)] : [];
}

function keepControllers(
  host: HostFacts,
  keeper: string,
  cgroup: DesiredCgroup,
  tree: TreeFacts,
  units: Units,
): Action[] {
  const facts = units?.[keeper];
  const properties = unsetProperties(host, cgroup, tree, facts);
  const actions = properties.length === 0 ? [] : [setProperties(keeper, properties, cgroup)];
  if (keeper === cgroup.unit) return actions;
  const inactive = facts === undefined ? properties.length > 0 : facts.activeState !== 'active';
  return inactive ? [...actions, startKeeper(keeper, cgroup)] : actions;
}

/** The units that systemd is asked about: every slice on the way, and the keepers. */
export function unitsOfInterest(host: HostFacts, { cgroups }: DesiredState): string[] {
  const slices = cgroups.flatMap(({ path }) => lineage(path).filter((at) => at !== '/' && isSlicePath(at)));
  const keepers = cgroups.flatMap(({ path }) => keeperOf(host, path) ?? []);
  return [...new Set([...slices.map(unitOf), ...keepers])];
}

/** The cgroup itself or the nearest ancestor that is a slice: `/system.slice` of `/system.slice/daemons`. */
function deepestSlice(path: string): string | null {
  return lineage(path).findLast((at) => at !== '/' && isSlicePath(at)) ?? null;
}

function absentDirectories(host: HostFacts, slice: string, tree: TreeFacts): string[] {
  return demandedHierarchies(host)
    .filter((hierarchy) => isSystemds(host, hierarchy, slice, null))
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
  const why = `systemd keeps a controller there only while a unit asks for it: ${properties.join(' ')}`;
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

function startKeeper(unit: string, cgroup: DesiredCgroup): Action {
  const why = `an empty slice beside ${cgroup.path}: while it asks for the controllers, systemd leaves them there`;
  return { id: `start-slice:${unit}`, action: 'start-slice', target: unit, why, needed: false, unit };
}
