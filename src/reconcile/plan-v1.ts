import { below, lineage } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import type { HostFacts, TreeFacts, Units } from '../model/host.ts';
import type { Action } from '../model/plan.ts';
import { isSystemds, obstacle } from './ownership.ts';
import { makeDirectory } from './steps.ts';
import type { Steps } from './steps.ts';

/** A v1 hierarchy: the directory and its parents, and in cpuset the values without which nothing can run there. */
export function planV1(
  host: HostFacts,
  hierarchy: Hierarchy,
  cgroup: DesiredCgroup,
  tree: TreeFacts,
  units: Units,
  writesCpuset: boolean,
): Steps {
  const actions: Action[] = [];
  for (const path of lineage(cgroup.path).slice(1)) {
    const target = below(hierarchy.mountpoint, path);
    const kind = tree[target]?.kind;
    if (kind === 'unreadable') return { actions, refusals: [] };
    if (kind !== 'absent') continue;
    const blocked = obstacle(hierarchy, tree[hierarchy.mountpoint]);
    if (blocked !== null) return { actions, refusals: [{ target, needed: cgroup.enforced, ...blocked }] };
    // The start of the slice, which stands before this in the plan, makes it.
    if (isSystemds(host, hierarchy, path, units)) continue;
    actions.push(makeDirectory(hierarchy, path, target, cgroup));
  }
  return { actions: [...actions, ...seeds(hierarchy, cgroup, tree, writesCpuset)], refusals: [] };
}

/**
 * cgroup-v1/cpusets.rst: both files of a new cpuset are empty, and no process can
 * enter (ENOSPC) until both are filled, which only a filled parent allows. So each
 * empty one takes the value of its nearest ancestor, from the top down.
 */
function seeds(hierarchy: Hierarchy, cgroup: DesiredCgroup, tree: TreeFacts, writesCpuset: boolean): Action[] {
  const { mountpoint } = hierarchy;
  if (!hierarchy.controllers.includes('cpuset') || obstacle(hierarchy, undefined) !== null) return [];
  // Only an ancestor's cpus stop the kubelet, which writes cpuset.cpus below them.
  const stops = (path: string, file: string): boolean =>
    writesCpuset && cgroup.enforced && path !== cgroup.path && file === 'cpuset.cpus';
  const actions: Action[] = [];
  for (const [file, key] of CPUSET_FILES) {
    let value = tree[mountpoint]?.[key] ?? '';
    for (const path of lineage(cgroup.path).slice(1)) {
      const own = tree[below(mountpoint, path)]?.[key];
      // undefined: this plan makes the directory. null: a file that cannot be read is not ours to judge.
      if ((own === undefined || own === '') && value !== '')
        actions.push(seed(mountpoint, path, file, value, stops(path, file)));
      if (typeof own === 'string' && own !== '') value = own;
    }
  }
  return actions;
}

const CPUSET_FILES = [
  ['cpuset.cpus', 'cpus'],
  ['cpuset.mems', 'mems'],
] as const;

function seed(
  mountpoint: string,
  path: string,
  file: 'cpuset.cpus' | 'cpuset.mems',
  value: string,
  needed: boolean,
): Action {
  const target = `${below(mountpoint, path)}/${file}`;
  const why = needed
    ? 'the kubelet writes cpuset.cpus below it, which an empty parent refuses'
    : 'an empty cpuset lets no process in';
  return { id: `seed-cpuset:${target}`, action: 'seed-cpuset', target, why, needed, mountpoint, path, file, value };
}
