import type { CgroupDriver } from './cgroup.ts';

/** What the container runtime has for a cgroup driver: by its configuration on disk, or by its own word. */
export interface RuntimeFacts {
  readonly runtime: 'containerd' | 'CRI-O' | 'dockershim' | 'cri-dockerd';
  /** null where it cannot be told. */
  readonly driver: CgroupDriver | null;
  /** Does it tell the kubelet its driver (CRI's RuntimeConfig); null where only its version would tell. */
  readonly answers: boolean | null;
  /** The key and the file that decide, that it is the default, or the socket on which it said so. */
  readonly evidence: string;
  readonly files: readonly string[];
}

/** What came of asking the runtime on its socket (runtime.v1.RuntimeService of the CRI). */
export interface RuntimeAnswer {
  readonly socket: string;
  /** From Version: `containerd`, `cri-o`; null where it did not say. */
  readonly name: string | null;
  readonly version: string | null;
  readonly config: RuntimeConfigAnswer;
}

/** What came of RuntimeConfig. */
export type RuntimeConfigAnswer =
  /** The number of the CRI's CgroupDriver; 0 is SYSTEMD, 1 CGROUPFS. */
  | { readonly kind: 'driver'; readonly number: number }
  /** An answer without a word on Linux. */
  | { readonly kind: 'no-driver' }
  /** A runtime that is older than the call. */
  | { readonly kind: 'unimplemented' }
  /** This user may not ask. */
  | { readonly kind: 'not-allowed'; readonly why: string }
  /** No answer that makes sense, in time. */
  | { readonly kind: 'failed'; readonly why: string };
