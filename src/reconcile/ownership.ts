import { isSlicePath } from '../kubelet/names.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import type { CgroupFacts, HostFacts, Units } from '../model/host.ts';
import type { Refusal } from '../model/plan.ts';

/** v1 controllers that systemd has never managed (systemd.resource-control(5) knows no unit setting for them on v1). */
const NEVER_SYSTEMDS = ['cpuset', 'hugetlb'];

/**
 * The rule of ownership, one writer per subtree: where systemd is PID 1, a
 * directory that is a slice's is systemd's to make, except in the v1 hierarchies
 * that systemd does not manage. Everything else is ours, and so is what an active
 * slice has lost: systemd holds it for there and would not make it again.
 */
export function isSystemds(host: HostFacts, hierarchy: Hierarchy, path: string, units: Units): boolean {
  if (host.systemd === null || !isSlicePath(path)) return false;
  if (units?.[path.slice(path.lastIndexOf('/') + 1)]?.activeState === 'active') return false;
  return hierarchy.type === 'cgroup2' || !hierarchy.controllers.some((name) => NEVER_SYSTEMDS.includes(name));
}

/** Why nothing can be made in a hierarchy at all; null when it can. */
export function obstacle(hierarchy: Hierarchy, root: CgroupFacts | undefined): Pick<Refusal, 'why' | 'reason'> | null {
  // From inside a cgroup namespace the mount's root is `/..` or a subdirectory, or the v2 "root" has a
  // cgroup.type, which the real root never has (cgroup-v2.rst, "Core Interface Files"; cgroup_namespaces(7)).
  if (hierarchy.root !== '/' || typeof root?.type === 'string') {
    return {
      reason: 'not-the-hosts-root',
      why: `${hierarchy.mountpoint} shows only a part of the tree (a container's view): what is made here is not where the host's kubelet looks`,
    };
  }
  if (hierarchy.readOnly)
    return { reason: 'read-only', why: `${hierarchy.mountpoint} is mounted read-only, and cgprep never remounts` };
  return null;
}
