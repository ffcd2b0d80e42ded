import type { CgroupDriver } from './cgroup.ts';

/** What the container runtime's configuration on disk says of the cgroup driver. */
export interface RuntimeFacts {
  readonly runtime: 'containerd' | 'CRI-O' | 'dockershim' | 'cri-dockerd';
  /** null where it cannot be told from the files. */
  readonly driver: CgroupDriver | null;
  /** Does it tell the kubelet its driver (CRI's RuntimeConfig); null where only its version would tell. */
  readonly answers: boolean | null;
  /** The key and the file that decide, or that it is the default. */
  readonly evidence: string;
  readonly files: readonly string[];
}
