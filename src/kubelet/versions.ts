import type { KubeletVersion } from '../model/kubelet.ts';
import { rememberLast } from '../model/remember.ts';
import type { Availability, KubeletRules } from './rules.ts';

/** The oldest and the newest 1.x release whose rules are known here. */
export const OLDEST: KubeletVersion = { text: '1.20', minor: 20 };
export const NEWEST: KubeletVersion = { text: '1.36', minor: 36 };

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
  validationIntroduced: false,
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
  memoryUsageTold: false,
  pidsZeroIsOne: false,
  containerfsSignals: false,
  dropInMerge: 'none',
  dropInEnvironment: null,
  driverFromRuntime: 'never',
  cpuManager: 'gate-on',
  memoryManager: 'never',
  memoryQoS: 'never',
  memoryThrottlingFactor: null,
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
  { since: 21, rules: { setsUnitProperties: true, memoryUsageTold: true } },
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
  // server.go, NewKubeletCommand: before, the error alone is logged as fatal.
  { since: 25, rules: { validationIntroduced: true } },
  // kube_features.go: CPUManager is GA.
  { since: 26, rules: { cpuManager: 'always' } },
  // kube_features.go: MemoryManager is alpha, beta from 1.22, GA from 1.32 (KEP 1769).
  { since: 21, rules: { memoryManager: 'gate-off' } },
  { since: 22, rules: { memoryManager: 'gate-on' } },
  { since: 32, rules: { memoryManager: 'always' } },
  // kube_features.go and v1beta1/defaults.go: MemoryQoS is alpha up to 1.36 (KEP 2570).
  { since: 22, rules: { memoryQoS: 'gate-off', memoryThrottlingFactor: 0.8 } },
  { since: 27, rules: { memoryThrottlingFactor: 0.9 } },
  // eviction/defaults_linux.go: the default moved to where a file is loaded (PR 110263).
  { since: 25, rules: { evictionWithoutFile: false } },
  // server.go, parseResourceList.
  { since: 27, rules: { quantityWrapped: true } },
  // server.go, mergeKubeletConfigurations: mergo over files that were loaded with their defaults.
  { since: 28, rules: { dropInMerge: 'struct', dropInEnvironment: ALPHA_VARIABLE } },
  // kube_features.go, KubeletCgroupDriverFromCRI (KEP 4033): alpha, beta from 1.31, locked from 1.34.
  { since: 28, rules: { driverFromRuntime: 'gate-off' } },
  { since: 31, rules: { driverFromRuntime: 'gate-on' } },
  { since: 34, rules: { driverFromRuntime: 'always' } },
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
  // libcontainer: Resources.PidsLimit became a pointer.
  { since: 36, rules: { pidsZeroIsOne: true } },
];

function cgroupV1Text(support: string): string {
  return `kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is ${support}`;
}

/**
 * The rules of a release; an older one than OLDEST is judged as that, a newer one than NEWEST likewise.
 * Whoever calls says so in the report.
 */
export function rulesFor(version: KubeletVersion): KubeletRules {
  return rulesOf(Math.min(Math.max(version.minor, OLDEST.minor), NEWEST.minor));
}

const rulesOf = rememberLast((minor: number) => {
  let rules = BASE;
  for (const change of CHANGES) if (change.since <= minor) rules = { ...rules, ...change.rules };
  return rules;
});

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

/** Is a feature there in this release, with these gates set. */
export function isAvailable(rule: Availability, gate: string, gates: Readonly<Record<string, boolean>>): boolean {
  if (rule === 'never' || rule === 'always') return rule === 'always';
  return gates[gate] ?? rule === 'gate-on';
}
