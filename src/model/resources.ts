/** What the machine has and what is in use of it, as far as the kubelet's arithmetic needs it. */
export interface Resources {
  /** Online processors, as cAdvisor counts them; null when they could not be counted. */
  readonly cpus: number | null;
  /** MemTotal; null when it could not be read. */
  readonly memoryBytes: number | null;
  /** /sys/kernel/mm/hugepages: each page size that the kernel has. */
  readonly hugePages: readonly HugePages[];
  /** The lines of /proc/swaps; the first is its heading. */
  readonly swaps: readonly string[];
  /** The NUMA nodes by number, where the memory manager's policy asks for them; none where that is not known. */
  readonly numaNodes: readonly number[];
  /** Of the files below /proc/sys those that were asked for and could be read: `vm/overcommit_memory`. */
  readonly kernelFlags: Readonly<Record<string, number>>;
}

/** What matters only with some configurations. */
export interface ResourcesWanted {
  /** Files below /proc/sys. */
  readonly kernelFlags: readonly string[];
  readonly numaNodes: boolean;
}

export interface HugePages {
  /** As files of the controller spell it: `2MB`. */
  readonly size: string;
  readonly pageBytes: number;
  /** How many are set aside. */
  readonly count: number;
}
