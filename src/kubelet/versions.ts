import type { KubeletVersion } from '../model/kubelet.ts';

/** The oldest and the newest 1.x release whose rules are known here. */
export const OLDEST: KubeletVersion = { text: '1.20', minor: 20 };
export const NEWEST: KubeletVersion = { text: '1.36', minor: 36 };

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
  /** Are the eviction signals of a separate container filesystem known. */
  readonly containerfsSignals: boolean;
  /**
   * How --config-dir is merged: not at all; `struct`: each file with its defaults filled in, non-zero values
   * win; `patch-named`: JSON merge patch beside the base, whose values null cannot delete; `patch`: JSON merge patch.
   */
  readonly dropInMerge: 'none' | 'struct' | 'patch-named' | 'patch';
  /** The environment variable without which --config-dir is an error. */
  readonly dropInEnvironment: string | null;
  /** Do the default evictionHard thresholds hold for a kubelet without a configuration file. */
  readonly evictionWithoutFile: boolean;
  /** The default evictionHard thresholds. */
  readonly evictionHard: Readonly<Record<string, string>>;
}

const EVICTION = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
} as const;

const ALPHA_VARIABLE = 'KUBELET_CONFIG_DROPIN_DIR_ALPHA';

/** The rules of 1.20, the base of every later release. */
const BASE: KubeletRules = {
  v1Mount: 'last',
  missingCgroup: 'exists-not',
  unconfigured: 'cgroup is not config properly',
  keyQuote: "'",
  cpusTextPrefixed: false,
  quantityWrapped: false,
  allocatableText: 'allocatable',
  duplicatesRejected: false,
  cgroupsPerQosCheck: 'list',
  compressibleKeys: false,
  failCgroupV1: null,
  failCgroupV1Text: null,
  setsUnitProperties: false,
  unitErrorText: 'error while setting unit properties',
  noSystemdText: 'systemd cgroup manager not available',
  writesCpuset: false,
  swapBehaviors: null,
  nodeSwap: false,
  swapsQuoted: true,
  containerfsSignals: false,
  dropInMerge: 'none',
  dropInEnvironment: null,
  evictionWithoutFile: true,
  evictionHard: EVICTION,
};

/** What each release changed; a row holds until a later one changes it again. */
const CHANGES: readonly { readonly since: number; readonly rules: Partial<KubeletRules> }[] = [
  // libcontainer's getCgroupMountsHelper: the kubelet took over its choice of mounts with runc 1.0.
  { since: 21, rules: { v1Mount: 'shortest' } },
  // validation.go: NodeSwap is alpha, and the field is new.
  {
    since: 22,
    rules: {
      swapBehaviors: { words: ['LimitedSwap', 'UnlimitedSwap'], text: '"", "LimitedSwap", or "UnlimitedSwap"' },
    },
  },
  // cgroup_manager_linux.go: all writes through libcontainer's managers.
  { since: 21, rules: { setsUnitProperties: true } },
  // libcontainer systemd/v2.go, from 1.1.
  {
    since: 25,
    rules: {
      unitErrorText: 'unable to set unit properties',
      noSystemdText: 'systemd not running on this host, cannot use systemd cgroups manager',
    },
  },
  // cgroup_manager_linux.go: Exists became Validate (PR 108568).
  { since: 25, rules: { missingCgroup: 'names-missing', unconfigured: 'cgroup is not configured properly' } },
  // validation.go: texts put into one form.
  { since: 25, rules: { keyQuote: '"', cpusTextPrefixed: true } },
  // eviction/defaults_linux.go: the default moved to where a file is loaded (PR 110263).
  { since: 25, rules: { evictionWithoutFile: false } },
  // server.go, parseResourceList.
  { since: 27, rules: { quantityWrapped: true } },
  // server.go, mergeKubeletConfigurations: mergo over files that were loaded with their defaults.
  { since: 28, rules: { dropInMerge: 'struct', dropInEnvironment: ALPHA_VARIABLE } },
  // server.go: a merge patch, but over the base's Go field names.
  { since: 29, rules: { dropInMerge: 'patch-named' } },
  // server.go: --config-dir without the environment variable.
  { since: 30, rules: { dropInEnvironment: null } },
  // node_container_manager_linux.go, validateNodeAllocatable.
  { since: 30, rules: { allocatableText: 'reservation' } },
  // eviction/defaults_linux.go.
  { since: 30, rules: { evictionHard: { ...EVICTION, 'imagefs.inodesFree': '5%' } } },
  // kube_features.go and validation.go: NodeSwap is on, and without UnlimitedSwap.
  {
    since: 30,
    rules: {
      nodeSwap: true,
      swapBehaviors: { words: ['LimitedSwap', 'NoSwap'], text: '"", "LimitedSwap" or "NoSwap"' },
    },
  },
  // eviction/api/types.go: KubeletSeparateDiskGC.
  { since: 29, rules: { containerfsSignals: true } },
  // container_manager_linux.go, NewContainerManager.
  { since: 31, rules: { swapsQuoted: false } },
  // validation.go: duplicated enforcements; cgroupsPerQOS asked for each key.
  { since: 31, rules: { duplicatesRejected: true, cgroupsPerQosCheck: 'entry' } },
  // v1beta1/defaults.go and validation_linux.go.
  { since: 31, rules: { failCgroupV1: false, failCgroupV1Text: cgroupV1Text('in maintenance mode') } },
  // validation.go: the keys are new.
  { since: 32, rules: { compressibleKeys: true } },
  // node_container_manager_linux.go (PR 125923); some vendors have it from 1.28 on.
  { since: 32, rules: { writesCpuset: true } },
  // server.go: the base is written out in its versioned form before the patch.
  { since: 32, rules: { dropInMerge: 'patch' } },
  // v1beta1/defaults.go and validation_linux.go (KEP 5573).
  {
    since: 35,
    rules: {
      failCgroupV1: true,
      failCgroupV1Text: cgroupV1Text('unsupported and will be removed in a future release'),
    },
  },
];

function cgroupV1Text(support: string): string {
  return `kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is ${support}`;
}

/**
 * The rules of a release; an older one than OLDEST is judged as that, a newer one than NEWEST likewise.
 * Whoever calls says so in the report.
 */
export function rulesFor(version: KubeletVersion): KubeletRules {
  const minor = Math.min(Math.max(version.minor, OLDEST.minor), NEWEST.minor);
  let rules = BASE;
  for (const change of CHANGES) if (change.since <= minor) rules = { ...rules, ...change.rules };
  return rules;
}

/**
 * Reads `1.36`, `v1.36.2`, `1.36.2-eks-abc`, `v1.30.4+k3s1`, `Kubernetes v1.30.1`.
 * `text` is the version itself, without the word and the `v`. null for anything else, and for a major other than 1.
 */
export function parseKubeletVersion(text: string): KubeletVersion | null {
  const match = /^(?:Kubernetes )?v?(1\.(\d{1,3})(?:\.\d{1,4})?(?:[-+~][0-9A-Za-z.+~_-]*)?)$/.exec(text.trim());
  const [, version, minor] = match ?? [];
  if (version === undefined || minor === undefined) return null;
  return { text: version, minor: Number(minor) };
}
