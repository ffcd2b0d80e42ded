/** legacy = v1, unified = v2; hybrid is v1 to the kubelet, with a cgroup2 tree mounted beside it. */
export type CgroupMode = 'legacy' | 'hybrid' | 'unified' | 'unavailable';

export type CgroupDriver = 'systemd' | 'cgroupfs';

/** One mounted cgroup tree, at the mount point that the kubelet would use. */
export interface Hierarchy {
  /** Absolute path on the host, decoded, e.g. `/sys/fs/cgroup/cpu,cpuacct`. */
  readonly mountpoint: string;
  /** `["cpu","cpuacct"]`; `["systemd"]` for name=systemd; on cgroup2 the root's `cgroup.controllers`. */
  readonly controllers: readonly string[];
  readonly type: 'cgroup' | 'cgroup2';
  /** `major:minor` of the superblock, e.g. `0:29`: the same for every mount of one hierarchy. */
  readonly device: string;
  /** The directory of the hierarchy that is mounted; `/` unless this is a container's view. */
  readonly root: string;
  readonly readOnly: boolean;
}

/** The controllers that the kubelet demands on v1 where they are mounted (1.20 to 1.36). */
export const V1_DEMANDED = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb'] as const;

/** The controllers that the kubelet demands on v2 where the root offers them (1.20 to 1.36). */
export const V2_DEMANDED = ['cpu', 'cpuset', 'hugetlb', 'memory', 'pids'] as const;

/** Joins a mount point and a path below it; both are absolute and clean, and either may be `/`. */
export function below(mountpoint: string, path: string): string {
  if (path === '/') return mountpoint;
  return mountpoint === '/' ? path : mountpoint + path;
}

/** `/a/b` → `["/", "/a", "/a/b"]`: the root, each ancestor, and the cgroup itself. */
export function lineage(path: string): string[] {
  const chain = ['/'];
  let at = '';
  for (const part of path.split('/')) {
    if (part === '') continue;
    at += `/${part}`;
    chain.push(at);
  }
  return chain;
}
