import { below } from '../model/cgroup.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { missingOf } from './existence.ts';
import { goQuote, goQuoteList } from './go-quote.ts';
import { rulesFor } from './versions.ts';

/** The controllers that no cgroup with processes of its own can pass on (cgroup-v2.rst, "No Internal Process Constraint"). */
const DOMAIN_CONTROLLERS = ['memory', 'hugetlb'];

/**
 * NewContainerManager: a cgroupRoot of one's own must be there, with every controller, before the kubelet has made
 * anything (1.20 to 1.36).
 */
export function cgroupRootRefusal(one: Case): KubeletRefusal | null {
  const { root } = one.desired;
  if (root === null) return null;
  if ('panic' in root) return { rule: 'name-panics', message: root.panic };
  const missing = missingOf(one, root, false, rulesFor(one.config.version.value));
  if (missing === null) return null;
  const text = missing === 'absent' ? `cgroup-root ${goQuoteList(root.components)} doesn't exist` : missing;
  return { rule: 'cgroup-root', message: `invalid configuration: ${text}` };
}

/**
 * The kubelet makes kubepods below its cgroupRoot, and on the way asks each ancestor to pass every controller on
 * (libcontainer fs2/create.go: all in one write, then one by one). With processes in the root, only those for threads
 * come through, which leaves kubepods invalid. Follows from the code; no kubelet was seen saying it.
 */
export function kubepodsRefusal({ desired, host, tree }: Case): KubeletRefusal | null {
  const { root, driver } = desired;
  // systemd puts no process into a slice.
  if (root === null || 'panic' in root || driver.value === 'systemd' || host.mode !== 'unified') return null;
  for (const { mountpoint, controllers } of demandedHierarchies(host)) {
    const facts = tree[below(mountpoint, root.path)];
    const wanted = DOMAIN_CONTROLLERS.filter((name) => controllers.includes(name));
    const lacking = wanted.some((name) => facts?.subtreeControl?.includes(name) !== true);
    if (facts?.populated !== true || !lacking) continue;
    const directory = `${below(mountpoint, root.path)}/kubepods`;
    return {
      rule: 'cgroup-root',
      message: `cannot enter cgroupv2 ${goQuote(directory)} with domain controllers -- it is in an invalid state`,
    };
  }
  return null;
}
