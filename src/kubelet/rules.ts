/** Is something there; gate-off and gate-on: a feature gate decides, and this is its default. */
export type Availability = 'never' | 'gate-off' | 'gate-on' | 'always';

/** What differs between kubelet releases. */
export interface KubeletRules {
  /** Which of several v1 mounts of one hierarchy the kubelet uses. */
  readonly v1Mount: 'last' | 'shortest';
  /** How a missing cgroup is reported: only that it does not exist, or what is missing of it. */
  readonly missingCgroup: 'exists-not' | 'names-missing';
  /** What it says of an enforced cgroup whose reservation map is absent or empty, after the quoted name. */
  readonly unconfigured: string;
  /** The quotes around a key in the texts of the configuration check. */
  readonly keyQuote: "'" | '"';
  /** Do all texts of the configuration check begin with `invalid configuration: `, that of reservedSystemCPUs too. */
  readonly cpusTextPrefixed: boolean;
  /** Are quantity errors wrapped: `--kube-reserved value failed to parse: failed to parse quantity "1GB" for …`. */
  readonly quantityWrapped: boolean;
  /** The word for the reservation in the text about node allocatable: `has an allocatable of` or `has a reservation of`. */
  readonly allocatableText: 'allocatable' | 'reservation';
  /** Does `failed to validate kubelet configuration, error: ` introduce the texts of the configuration check. */
  readonly validationIntroduced: boolean;
  /** A key twice in enforceNodeAllocatable is an error. */
  readonly duplicatesRejected: boolean;
  /** With cgroupsPerQOS off: is any non-empty list an error, or each key of its own but `none`. */
  readonly cgroupsPerQosCheck: 'list' | 'entry';
  /** Are `kube-reserved-compressible` and `system-reserved-compressible` known. */
  readonly compressibleKeys: boolean;
  /** Default of failCgroupV1; null where the field is not known and v1 is accepted. */
  readonly failCgroupV1: boolean | null;
  /** With what it refuses a v1 host. */
  readonly failCgroupV1Text: string | null;
  /** With the systemd driver: are limits set through systemd, and how is its refusal on v2 introduced. */
  readonly setsUnitProperties: boolean;
  readonly unitErrorText: string;
  /** What the systemd driver comes to where systemd is not PID 1. */
  readonly noSystemdText: string;
  /** Are all CPUs written to cpuset.cpus of a reserved cgroup, which fails on v1 below an unfilled parent. */
  readonly writesCpuset: boolean;
  /** What memorySwap.swapBehavior may be, in the words of the refusal; null where the field is not known. */
  readonly swapBehaviors: { readonly words: readonly string[]; readonly text: string } | null;
  /** Default of the gate NodeSwap, without which swapBehavior may not be set. */
  readonly nodeSwap: boolean;
  /** Does the text about swap that is on quote /proc/swaps. */
  readonly swapsQuoted: boolean;
  /** Does the refusal of a memory limit tell what is in use, and who writes: libcontainer, or the kubelet itself. */
  readonly memoryUsageTold: boolean;
  /** Is a reserved `pid: 0` written, as 1. */
  readonly pidsZeroIsOne: boolean;
  /** Are the eviction signals of a separate container filesystem known. */
  readonly containerfsSignals: boolean;
  /**
   * How --config-dir is merged: not at all; `struct`: each file with its defaults filled in, non-zero values
   * win; `patch-named`: JSON merge patch beside the base, whose values null cannot delete; `patch`: JSON merge patch.
   */
  readonly dropInMerge: 'none' | 'struct' | 'patch-named' | 'patch';
  /** The environment variable without which --config-dir is an error. */
  readonly dropInEnvironment: string | null;
  /** Is the runtime asked for the cgroup driver; the gate is KubeletCgroupDriverFromCRI. */
  readonly driverFromRuntime: Availability;
  /** The gates CPUManager, MemoryManager and MemoryQoS. */
  readonly cpuManager: Availability;
  readonly memoryManager: Availability;
  readonly memoryQoS: Availability;
  /** The default of memoryThrottlingFactor; null where the field is not known. */
  readonly memoryThrottlingFactor: number | null;
  /** Do the default evictionHard thresholds hold for a kubelet without a configuration file. */
  readonly evictionWithoutFile: boolean;
  /** The default evictionHard thresholds. */
  readonly evictionHard: Readonly<Record<string, string>>;
}
