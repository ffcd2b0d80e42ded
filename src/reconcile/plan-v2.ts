import { below, lineage } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedIn } from '../model/host.ts';
import type { CgroupFacts, HostFacts, TreeFacts, Units } from '../model/host.ts';
import type { Action, Refusal } from '../model/plan.ts';
import { isSystemds, obstacle } from './ownership.ts';
import { canAskForCpuset, unitOf, unsetProperties } from './slice-properties.ts';
import { makeDirectory } from './steps.ts';
import type { Steps } from './steps.ts';

/**
 * The v2 hierarchy: the directory and its parents and, for a nested cgroup, the
 * words in every ancestor's cgroup.subtree_control. A top-level cgroup needs no
 * words from us: the kubelet enables every controller at the root itself when it
 * makes kubepods, before it checks (1.21 and newer; seen on 1.20 too).
 */
export function planV2(
  host: HostFacts,
  hierarchy: Hierarchy,
  cgroup: DesiredCgroup,
  tree: TreeFacts,
  units: Units,
): Steps {
  const actions: Action[] = [];
  const chain = lineage(cgroup.path);
  const nested = chain.length > 2;
  const byHand = wordsByHand(host, hierarchy, cgroup, tree, units);
  const blocked = obstacle(hierarchy, tree[hierarchy.mountpoint]);
  const refuse = (target: string, why: Pick<Refusal, 'why' | 'reason'>): Steps => ({
    actions,
    refusals: [{ target, needed: cgroup.enforced, ...why }],
  });
  for (const path of chain) {
    const directory = below(hierarchy.mountpoint, path);
    const facts = tree[directory];
    if (facts?.kind === 'unreadable') break;
    if (facts?.kind === 'absent') {
      if (blocked !== null) return refuse(directory, blocked);
      // The start of the slice, which stands before this in the plan, makes what is systemd's.
      if (!isSystemds(host, hierarchy, path, units)) actions.push(makeDirectory(hierarchy, path, directory, cgroup));
    }
    if (!nested || path === cgroup.path) continue;
    const missing = byHand.filter((word) => facts?.subtreeControl?.includes(word) !== true);
    if (missing.length === 0) continue;
    const target = `${directory === '/' ? '' : directory}/cgroup.subtree_control`;
    const reason = blocked ?? cannotEnable(path, directory, facts);
    if (reason !== null) return refuse(target, reason);
    actions.push(enable(hierarchy, path, target, missing, cgroup));
  }
  return { actions, refusals: [] };
}

/**
 * The words that are written by hand: where the cgroup is a slice of systemd's, only
 * those that no property asks for. systemd has never known hugetlb, and leaves it alone.
 */
function wordsByHand(
  host: HostFacts,
  hierarchy: Hierarchy,
  cgroup: DesiredCgroup,
  tree: TreeFacts,
  units: Units,
): string[] {
  const words = demandedIn(hierarchy);
  if (!isSystemds(host, hierarchy, cgroup.path, null)) return words;
  const asked = unsetProperties(host, cgroup, tree, units?.[unitOf(cgroup.path)]).length > 0;
  if (!asked) return words;
  return words.filter((word) => word === 'hugetlb' || (word === 'cpuset' && !canAskForCpuset(host)));
}

/** cgroup-v2.rst, "No Internal Process Constraint" and "Threads": checked first, because the half-way is harmful. */
function cannotEnable(
  path: string,
  directory: string,
  facts: CgroupFacts | undefined,
): Pick<Refusal, 'why' | 'reason'> | null {
  if (path === '/' || facts === undefined || facts.kind === 'absent') return null;
  if (typeof facts.type === 'string' && facts.type !== 'domain') {
    return {
      reason: 'threaded',
      why: `${directory} is "${facts.type}", and no memory controller can be enabled below such a cgroup`,
    };
  }
  if (facts.populated === true) {
    return {
      reason: 'holds-processes',
      why: `${directory} has processes of its own, and the kernel enables no controller below a cgroup that has; cgprep moves no process`,
    };
  }
  return null;
}

function enable(
  hierarchy: Hierarchy,
  path: string,
  target: string,
  controllers: readonly string[],
  cgroup: DesiredCgroup,
): Action {
  const why = `${cgroup.path} gets ${controllers.join(', ')} only if every ancestor passes them on, and the kubelet demands them there`;
  const { mountpoint } = hierarchy;
  return {
    id: `enable-controllers:${target}`,
    action: 'enable-controllers',
    target,
    why,
    needed: cgroup.enforced,
    mountpoint,
    path,
    controllers,
  };
}
