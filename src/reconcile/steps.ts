import type { Hierarchy } from '../model/cgroup.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedIn } from '../model/host.ts';
import type { Action, Refusal } from '../model/plan.ts';

/** What one hierarchy contributes to the plan for one cgroup. */
export interface Steps {
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
}

/** One directory of a cgroup or of its parents. @param target its path on the host */
export function makeDirectory(hierarchy: Hierarchy, path: string, target: string, cgroup: DesiredCgroup): Action {
  // On v2 there is one directory for all controllers, and nothing to tell apart.
  const under = hierarchy.type === 'cgroup' ? ` under ${demandedIn(hierarchy).join(' and ')}` : '';
  const why =
    path === cgroup.path
      ? `the kubelet looks for its ${cgroup.role} cgroup${under === '' ? ' here' : under}`
      : `parent of the ${cgroup.role} cgroup${under}`;
  return {
    id: `make-directory:${target}`,
    action: 'make-directory',
    target,
    why,
    needed: cgroup.enforced,
    mountpoint: hierarchy.mountpoint,
    path,
  };
}
