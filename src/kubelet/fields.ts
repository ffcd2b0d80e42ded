import type { MemoryReservation, Sourced } from '../model/kubelet.ts';

/** What each type of a field holds once decoded; null inside a map is kept, because in a drop-in it deletes a key. */
interface FieldTypes {
  readonly string: string;
  readonly boolean: boolean;
  readonly int32: number;
  readonly int64: number;
  readonly duration: string;
  readonly strings: readonly string[];
  readonly stringMap: StringMap;
  readonly booleanMap: BooleanMap;
  readonly memorySwap: MemorySwap;
  readonly number: number;
  readonly reservedMemory: readonly MemoryReservation[];
}

export type StringMap = Readonly<Record<string, string | null>>;
export type BooleanMap = Readonly<Record<string, boolean | null>>;

/** `memorySwap:` of the configuration. */
export interface MemorySwap {
  readonly swapBehavior?: string | null;
}

export type FieldType = keyof FieldTypes;

/**
 * The fields of KubeletConfiguration that are read here, and their types.
 * Source: k8s.io/kubelet/config/v1beta1/types.go; every key of 1.20 is still there in 1.36.
 */
export const FIELDS = {
  enforceNodeAllocatable: 'strings',
  kubeReserved: 'stringMap',
  systemReserved: 'stringMap',
  kubeReservedCgroup: 'string',
  systemReservedCgroup: 'string',
  cgroupDriver: 'string',
  cgroupRoot: 'string',
  cgroupsPerQOS: 'boolean',
  failCgroupV1: 'boolean',
  reservedSystemCPUs: 'string',
  kubeletCgroups: 'string',
  systemCgroups: 'string',
  evictionHard: 'stringMap',
  evictionSoft: 'stringMap',
  evictionSoftGracePeriod: 'stringMap',
  evictionMinimumReclaim: 'stringMap',
  mergeDefaultEvictionSettings: 'boolean',
  failSwapOn: 'boolean',
  memorySwap: 'memorySwap',
  memoryThrottlingFactor: 'number',
  memoryReservationPolicy: 'string',
  singleProcessOOMKill: 'boolean',
  cpuManagerPolicy: 'string',
  memoryManagerPolicy: 'string',
  reservedMemory: 'reservedMemory',
  protectKernelDefaults: 'boolean',
  oomScoreAdj: 'int32',
  containerRuntimeEndpoint: 'string',
  featureGates: 'booleanMap',
} as const satisfies Record<string, FieldType>;

export type FieldKey = keyof typeof FIELDS;

/**
 * Fields that decide nothing here, and of whose types the kubelet dies all the same: `maxPods: "110"`,
 * `syncFrequency: 60`, `clusterDNS: 10.96.0.10`. All are in every release from 1.20 to 1.36: an earlier
 * kubelet would ignore a newer field, whatever it holds. Structures are not looked into.
 */
export const OTHER_FIELDS: ReadonlyMap<string, FieldType> = new Map([
  ...typed('boolean', [
    'cpuCFSQuota',
    'enableContentionProfiling',
    'enableControllerAttachDetach',
    'enableDebuggingHandlers',
    'makeIPTablesUtilChains',
    'rotateCertificates',
    'serializeImagePulls',
    'serverTLSBootstrap',
  ]),
  ...typed('int32', [
    'containerLogMaxFiles',
    'eventBurst',
    'eventRecordQPS',
    'evictionMaxPodGracePeriod',
    'healthzPort',
    'imageGCHighThresholdPercent',
    'imageGCLowThresholdPercent',
    'kubeAPIBurst',
    'kubeAPIQPS',
    'maxPods',
    'nodeLeaseDurationSeconds',
    'podsPerCore',
    'port',
    'readOnlyPort',
    'registryBurst',
    'registryPullQPS',
  ]),
  ...typed('int64', ['maxOpenFiles', 'podPidsLimit']),
  ...typed('string', [
    'address',
    'clusterDomain',
    'configMapAndSecretChangeDetectionStrategy',
    'containerLogMaxSize',
    'contentType',
    'hairpinMode',
    'healthzBindAddress',
    'podCIDR',
    'resolvConf',
    'staticPodPath',
    'staticPodURL',
    'tlsCertFile',
    'tlsMinVersion',
    'tlsPrivateKeyFile',
    'topologyManagerPolicy',
  ]),
  ...typed('strings', ['clusterDNS', 'tlsCipherSuites']),
  ...typed('duration', [
    'cpuManagerReconcilePeriod',
    'evictionPressureTransitionPeriod',
    'fileCheckFrequency',
    'httpCheckFrequency',
    'imageMinimumGCAge',
    'nodeStatusReportFrequency',
    'nodeStatusUpdateFrequency',
    'runtimeRequestTimeout',
    'streamingConnectionIdleTimeout',
    'syncFrequency',
    'volumeStatsAggPeriod',
  ]),
]);

function typed(type: FieldType, keys: readonly string[]): [string, FieldType][] {
  return keys.map((key) => [key, type]);
}

/** The value of a field. */
export type FieldValue<K extends FieldKey> = FieldTypes[(typeof FIELDS)[K]];

/** What one source says; null is a null that was written there. */
export type Fields = { readonly [K in FieldKey]?: Sourced<FieldValue<K> | null> };

/** Fields that came after 1.20, and the minor release; an earlier kubelet ignores them, as it does any unknown key. */
export const FIELD_SINCE: { readonly [K in FieldKey]?: number } = {
  memoryManagerPolicy: 21,
  reservedMemory: 21,
  memorySwap: 22,
  memoryThrottlingFactor: 22,
  containerRuntimeEndpoint: 27,
  failCgroupV1: 31,
  singleProcessOOMKill: 32,
  mergeDefaultEvictionSettings: 33,
  memoryReservationPolicy: 36,
};

/** Flags that are older than their field in the file (1.20, cmd/kubelet/app/options/container_runtime.go). */
export const FLAG_BEFORE_FIELD: readonly string[] = ['containerRuntimeEndpoint'] satisfies FieldKey[];

export function isFieldKey(key: string): key is FieldKey {
  return Object.hasOwn(FIELDS, key);
}
