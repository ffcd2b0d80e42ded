import { isSlicePath } from '../kubelet/names.ts';
import { below, lineage } from '../model/cgroup.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedHierarchies, demandedIn } from '../model/host.ts';
import type { HostFacts, TreeFacts, UnitFacts } from '../model/host.ts';

/** systemd has AllowedCPUs= since 244 (systemd.resource-control(5)). */
const ALLOWED_CPUS_SINCE = 244;

export function unitOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The slice whose properties make systemd keep a cgroup's controllers: the cgroup
 * itself if it is a slice, else an empty one beside it (`system-cgprep.slice` for
 * `/system.slice/daemons`). null where nothing is needed: at the top level on v2, where
 * the kubelet enables them, and for a path that is none of systemd's on v1, where no
 * controller is passed on.
 */
export function keeperOf(host: HostFacts, path: string): string | null {
  const chain = lineage(path);
  if (host.systemd === null) return null;
  if (chain.length <= 2) return host.mode !== 'unified' && isSlicePath(path) ? unitOf(path) : null;
  const slice = chain.findLast((at) => at !== '/' && isSlicePath(at));
  if (slice === path) return unitOf(path);
  if (slice === undefined) return host.mode === 'unified' ? 'cgprep.slice' : null;
  return `${unitOf(slice).replace(/\.slice$/, '')}-cgprep.slice`;
}

/**
 * The properties by which systemd gives a nested slice the controllers that the
 * kubelet demands. systemd passes a controller down only as far as a unit asks for
 * it, and takes back after a daemon-reload what no unit asks for. The values are
 * those that hold anyway: they limit nothing.
 */
function wantedProperties(host: HostFacts, tree: TreeFacts): readonly string[] {
  const wanted: string[] = [];
  for (const hierarchy of demandedHierarchies(host)) {
    const controllers = demandedIn(hierarchy);
    const has = (name: string): boolean => controllers.includes(name);
    if (has('memory')) wanted.push('MemoryAccounting=yes');
    if (has('pids')) wanted.push('TasksAccounting=yes');
    if (hierarchy.type === 'cgroup') {
      if (has('cpu') || has('cpuacct')) wanted.push('CPUAccounting=yes');
      continue;
    }
    // On v2 CPUAccounting alone enables nothing (kernel 4.15 and newer count without the controller).
    if (has('cpu')) wanted.push('CPUWeight=100');
    const cpus = tree[hierarchy.mountpoint]?.cpus ?? '';
    if (has('cpuset') && cpus !== '' && canAskForCpuset(host)) wanted.push(`AllowedCPUs=${cpus}`);
  }
  return [...new Set(wanted)];
}

export function canAskForCpuset(host: HostFacts): boolean {
  return host.systemd !== null && (host.systemd.version ?? ALLOWED_CPUS_SINCE) >= ALLOWED_CPUS_SINCE;
}

/** Of the wanted properties those that are not set; where systemd cannot be asked, all while something is missing. */
export function unsetProperties(
  host: HostFacts,
  cgroup: DesiredCgroup,
  tree: TreeFacts,
  facts: UnitFacts | undefined,
): readonly string[] {
  const wanted = wantedProperties(host, tree);
  if (facts !== undefined) return wanted.filter((assignment) => !isSet(assignment, facts));
  return isComplete(host, cgroup, tree) ? [] : wanted;
}

/** Any value will do: the kubelet itself sets CPUWeight and AllowedCPUs later. */
function isSet(assignment: string, { properties }: UnitFacts): boolean {
  const name = assignment.slice(0, assignment.indexOf('='));
  const value = properties[name];
  // What this systemd does not show, it does not have: later ones dropped settings that are always on.
  if (value === undefined) return true;
  if (name.endsWith('Accounting')) return value === 'yes';
  // 2^64-1 is how older versions print "not set".
  return value !== '' && value !== '[not set]' && value !== '18446744073709551615';
}

function isComplete(host: HostFacts, cgroup: DesiredCgroup, tree: TreeFacts): boolean {
  return demandedHierarchies(host).every((hierarchy) => {
    const facts = tree[below(hierarchy.mountpoint, cgroup.path)];
    if (facts?.kind !== 'directory') return false;
    return (
      hierarchy.type === 'cgroup' || demandedIn(hierarchy).every((word) => facts.controllers?.includes(word) === true)
    );
  });
}
