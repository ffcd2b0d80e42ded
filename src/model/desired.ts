import { lineage } from './cgroup.ts';
import type { CgroupDriver } from './cgroup.ts';
import type { Role, Sourced } from './kubelet.ts';

/** One reserved cgroup that the kubelet will look for. */
export interface DesiredCgroup {
  readonly role: Role;
  /** As configured, e.g. `kube-reserved.slice`. */
  readonly name: string;
  readonly source: string;
  /** The kubelet's internal name, which its error texts print: `["kube","reserved"]`. */
  readonly components: readonly string[];
  /** Where it lies below each mount point: `/kube.slice/kube-reserved.slice`. */
  readonly path: string;
  /** The slice unit that this path is to systemd; null where systemd has no part in it. */
  readonly unit: string | null;
  /** Does the kubelet enforce limits on it, and so refuse to start without it. */
  readonly enforced: boolean;
  /** What the kubelet checks it under on this host. */
  readonly controllers: readonly string[];
}

/** A configured name that cannot be prepared; `panic` is the text with which the kubelet dies of it. */
export interface NamePanic {
  readonly role: Role;
  readonly name: string;
  readonly source: string;
  readonly enforced: boolean;
  readonly panic: string;
}

/** A cgroupRoot other than `/`, below which the kubelet makes kubepods; it must be there before. */
export interface CgroupRoot {
  /** As configured, e.g. `/pods`. */
  readonly name: string;
  readonly source: string;
  readonly components: readonly string[];
  readonly path: string;
}

export interface DesiredState {
  readonly driver: Sourced<CgroupDriver>;
  /** null for `/`, and where no cgroups are made for QoS classes, so that the kubelet does not look. */
  readonly root: CgroupRoot | (Pick<CgroupRoot, 'name' | 'source'> & { readonly panic: string }) | null;
  readonly cgroups: readonly DesiredCgroup[];
  readonly panics: readonly NamePanic[];
  /** Does the kubelet write cpuset.cpus, so that on v1 it dies of an ancestor whose own is empty. */
  readonly writesCpuset: boolean;
}

/**
 * Will the kubelet itself have made the parent of this cgroup pass every controller on, by the time it looks: it does
 * so for each ancestor of kubepods (libcontainer fs2/create.go), which are the root and its cgroupRoot.
 */
export function isPassedOn({ root }: Pick<DesiredState, 'root'>, path: string): boolean {
  const chain = lineage(path);
  return lineage(root !== null && 'path' in root ? root.path : '/').includes(chain.at(-2) ?? '/');
}

/** Every cgroup that the kubelet looks for, below each mount point. */
export function pathsOf({ cgroups, root }: DesiredState): string[] {
  return [...cgroups.map(({ path }) => path), ...(root !== null && 'path' in root ? [root.path] : [])];
}
