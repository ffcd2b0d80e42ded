/** What is in use in one reserved cgroup; null for what could not be read. */
export interface CgroupUsage {
  readonly memory: MemoryUsage | null;
  readonly pids: { readonly used: number; readonly peak: number | null } | null;
  /** Huge pages in use, by size; only sizes in use are listed. */
  readonly hugePages: readonly { readonly size: string; readonly usedBytes: number; readonly file: string }[];
}

export interface MemoryUsage {
  /** The file that said so. */
  readonly file: string;
  readonly usedBytes: number;
  /** The most there ever was since the cgroup was made. */
  readonly peakBytes: number | null;
  /** What is left when every reclaimable page is taken back; all of it where memory.stat was not or could not be read. */
  readonly floorBytes: number;
  /** In use without file pages that nobody touched of late, as the kubelet itself counts. */
  readonly workingSetBytes: number | null;
}

/** What the kubelet would write to one enforced reserved cgroup; null for what it leaves alone. */
export interface CgroupLimits {
  readonly memoryBytes: number | null;
  /** memory.min, which only the gate MemoryQoS makes it write, on v2. */
  readonly memoryMinBytes: number | null;
  readonly cpuShares: number | null;
  /** The same on v2. */
  readonly cpuWeight: number | null;
  readonly pids: number | null;
  /** `all`: every online processor; the kubelet writes no other set. */
  readonly cpuset: 'all' | null;
  /** Page sizes whose use is forbidden: the limit is 0. */
  readonly hugePagesForbidden: readonly string[];
}
