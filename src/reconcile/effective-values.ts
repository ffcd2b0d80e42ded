import type { KubeletConfig, MemoryReservation } from '../model/kubelet.ts';
import type { EffectiveValue } from '../model/report.ts';

/** The keys of a KubeletConfiguration that decide here, by what they bear on. */
const KEYS = [
  'enforceNodeAllocatable',
  'kubeReserved',
  'systemReserved',
  'kubeReservedCgroup',
  'systemReservedCgroup',
  'reservedSystemCPUs',
  'reservedMemory',
  'cgroupDriver',
  'cgroupRoot',
  'cgroupsPerQOS',
  'kubeletCgroups',
  'systemCgroups',
  'failCgroupV1',
  'evictionHard',
  'evictionSoft',
  'evictionSoftGracePeriod',
  'evictionMinimumReclaim',
  'cpuManagerPolicy',
  'memoryManagerPolicy',
  'failSwapOn',
  'memoryThrottlingFactor',
  'memoryReservationPolicy',
  'singleProcessOOMKill',
  'protectKernelDefaults',
  'oomScoreAdj',
  'containerRuntimeEndpoint',
  'featureGates',
] as const satisfies readonly (keyof KubeletConfig)[];

/** What the kubelet goes by, key by key, each with where it stands. */
export function effectiveValues(config: KubeletConfig): EffectiveValue[] {
  const { value, source } = config.swapBehavior;
  return [
    ...KEYS.map((key) => ({ key, value: asFlag(config[key].value), source: config[key].source })),
    { key: 'memorySwap.swapBehavior', value, source },
  ];
}

type Value = KubeletConfig[(typeof KEYS)[number]]['value'];

function asFlag(value: Value): string | null {
  if (value === null) return null;
  if (typeof value !== 'object') return String(value);
  if (!isList(value)) return pairs(value);
  return value.map((item) => (typeof item === 'string' ? item : `${item.numaNode}:${pairs(item.limits)}`)).join(',');
}

function isList(value: object): value is readonly (string | MemoryReservation)[] {
  return Array.isArray(value);
}

function pairs(map: Readonly<Record<string, string | boolean>>): string {
  return Object.entries(map)
    .map(([key, item]) => `${key}=${item}`)
    .join(',');
}
