import type { RuntimeAnswer, RuntimeFacts } from './runtime.ts';

/** A value and where it was found: `/var/lib/kubelet/config.yaml:12`, `--cgroup-driver`, `kubelet default`. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** The kubelet release whose rules apply. Only 1.x exists, so the minor number decides. */
export interface KubeletVersion {
  /** As given or discovered, e.g. `1.36` or `1.36.2`. */
  readonly text: string;
  readonly minor: number;
}

export type Role = 'kube-reserved' | 'system-reserved';

/** The kubelet's effective configuration, as far as reserved cgroups depend on it. */
export interface KubeletConfig {
  readonly version: Sourced<KubeletVersion>;
  /** false when there was neither file nor flags, so that cgprep's assumptions stand in. */
  readonly found: boolean;
  /** Every place that was read, in the order of precedence, lowest first. */
  readonly sources: readonly string[];
  /** Raw words: an unknown one is the kubelet's to refuse. */
  readonly enforceNodeAllocatable: Sourced<readonly string[]>;
  /** Quantities as written; null when the map is absent or empty, which the kubelet treats alike. */
  readonly kubeReserved: Sourced<Readonly<Record<string, string>> | null>;
  readonly systemReserved: Sourced<Readonly<Record<string, string>> | null>;
  readonly kubeReservedCgroup: Sourced<string>;
  readonly systemReservedCgroup: Sourced<string>;
  /** Anything but exactly `systemd` behaves as cgroupfs. */
  readonly cgroupDriver: Sourced<string>;
  readonly cgroupRoot: Sourced<string>;
  readonly cgroupsPerQOS: Sourced<boolean>;
  readonly failCgroupV1: Sourced<boolean>;
  readonly reservedSystemCPUs: Sourced<string>;
  /** The container runtime's side of the driver, and whether this kubelet asks for it; absent when nothing is known. */
  readonly runtime?: RuntimeFacts & { readonly asked: boolean };
  /** What the runtime said when cgprep asked it, and whether this kubelet asks too; absent when it was not asked. */
  readonly runtimeAnswer?: RuntimeAnswer & { readonly asked: boolean };
  /** Thresholds as written, by signal: `memory.available` → `100Mi` or `5%`. */
  readonly evictionHard: Sourced<Readonly<Record<string, string>>>;
  /** Likewise, with the time that each must last: `memory.available` → `30s`. */
  readonly evictionSoft: Sourced<Readonly<Record<string, string>>>;
  readonly evictionSoftGracePeriod: Sourced<Readonly<Record<string, string>>>;
  readonly evictionMinimumReclaim: Sourced<Readonly<Record<string, string>>>;
  readonly featureGates: Sourced<Readonly<Record<string, boolean>>>;
  readonly kubeletCgroups: Sourced<string>;
  readonly systemCgroups: Sourced<string>;
  readonly failSwapOn: Sourced<boolean>;
  /** null where the field is not there at all; an empty word is one that the kubelet accepts. */
  readonly swapBehavior: Sourced<string | null>;
  readonly memoryThrottlingFactor: Sourced<number | null>;
  readonly memoryReservationPolicy: Sourced<string>;
  /** null where the kubelet chooses by the cgroup version. */
  readonly singleProcessOOMKill: Sourced<boolean | null>;
  readonly cpuManagerPolicy: Sourced<string>;
  readonly memoryManagerPolicy: Sourced<string>;
  readonly reservedMemory: Sourced<readonly MemoryReservation[]>;
  readonly protectKernelDefaults: Sourced<boolean>;
  readonly oomScoreAdj: Sourced<number>;
  readonly containerRuntimeEndpoint: Sourced<string>;
  /** --config-dir as the kubelet is given it, and the names of its environment variables; absent unless both are known. */
  readonly dropIns?: { readonly directory: string; readonly variables: readonly string[] };
  /** What the kubelet only warns about: duplicate and unknown keys, documents after the first. */
  readonly oddities: readonly ConfigOddity[];
}

/** One entry of `reservedMemory`: quantities as written, by `memory` or `hugepages-1Gi`. */
export interface MemoryReservation {
  readonly numaNode: number;
  readonly limits: Readonly<Record<string, string>>;
}

export interface ConfigOddity {
  readonly kind: 'duplicate-key' | 'unknown-key' | 'extra-document';
  /** Dotted key, or empty for the whole file. */
  readonly key: string;
  /** `file:line` */
  readonly source: string;
  readonly message: string;
}
