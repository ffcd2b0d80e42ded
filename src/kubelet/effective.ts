import type { KubeletConfig, KubeletVersion, Sourced } from '../model/kubelet.ts';
import type { FieldKey, FieldValue, MemorySwap } from './fields.ts';
import { mergeSources } from './merge.ts';
import type { ConfigSources } from './merge.ts';
import { rulesFor } from './versions.ts';
import type { KubeletRules } from './rules.ts';

const DEFAULT = 'kubelet default';
const ASSUMED = 'assumed: no kubelet configuration found';

/**
 * The kubelet's effective configuration: defaults, file, drop-ins, flags (server.go, NewKubeletCommand and
 * kubeletConfigFlagPrecedence), and cgprep's own options on top.
 * With neither file nor flags nothing is known, and what cgprep is there for is assumed: both reserved cgroups
 * enforced, as `/kube.slice` and `/system.slice`.
 * @throws CgprepError CGP_KUBELET_CONFIG or CGP_KUBELET_ARGS for what this release of the kubelet does not accept
 */
export function effectiveConfig(sources: ConfigSources): KubeletConfig {
  const { version, file, dropIns, flags, overrides } = sources;
  const rules = rulesFor(version.value);
  const found = file !== undefined || dropIns.length > 0 || flags !== undefined;
  const { fields, oddities } = mergeSources(sources, rules);
  const pick = <K extends FieldKey>(key: K, fallback: FieldValue<K>, assumed = fallback): Sourced<FieldValue<K>> => {
    const given: Sourced<FieldValue<K> | null> | undefined = fields[key];
    // Where an empty string is not the default, the kubelet takes it for unset (v1beta1/defaults.go).
    if (given !== undefined && given.value !== null && (given.value !== '' || fallback === '')) {
      return { value: given.value, source: given.source };
    }
    return found ? { value: fallback, source: DEFAULT } : { value: assumed, source: ASSUMED };
  };
  const cgroupsPerQOS = pick('cgroupsPerQOS', true);
  return {
    version,
    found,
    sources: [
      ...[file, ...dropIns].flatMap((one) => (one === undefined ? [] : [one.file])),
      ...(flags === undefined ? [] : (sources.flagSources ?? ['--kubelet-args'])),
    ],
    enforceNodeAllocatable: pick('enforceNodeAllocatable', ['pods'], ['pods', 'kube-reserved', 'system-reserved']),
    // Nobody said how much is reserved; that something is, goes with the assumption that it is enforced.
    kubeReserved: emptyIsNone(pick('kubeReserved', {}, { cpu: '100m' })),
    systemReserved: emptyIsNone(pick('systemReserved', {}, { cpu: '100m' })),
    kubeReservedCgroup: overrides.kubeReservedCgroup ?? pick('kubeReservedCgroup', '', '/kube.slice'),
    systemReservedCgroup: overrides.systemReservedCgroup ?? pick('systemReservedCgroup', '', '/system.slice'),
    cgroupDriver: pick('cgroupDriver', 'cgroupfs'),
    cgroupRoot: pick('cgroupRoot', cgroupsPerQOS.value ? '/' : ''),
    cgroupsPerQOS,
    failCgroupV1: pick('failCgroupV1', failsCgroupV1(version, rules)),
    reservedSystemCPUs: pick('reservedSystemCPUs', ''),
    evictionHard: withoutNulls(pick('evictionHard', {})),
    evictionSoft: withoutNulls(pick('evictionSoft', {})),
    evictionSoftGracePeriod: withoutNulls(pick('evictionSoftGracePeriod', {})),
    evictionMinimumReclaim: withoutNulls(pick('evictionMinimumReclaim', {})),
    featureGates: withoutNulls(pick('featureGates', {})),
    kubeletCgroups: pick('kubeletCgroups', ''),
    systemCgroups: pick('systemCgroups', ''),
    failSwapOn: pick('failSwapOn', true),
    swapBehavior: swapBehavior(pick('memorySwap', {})),
    memoryThrottlingFactor: orNull(fields.memoryThrottlingFactor, rules.memoryThrottlingFactor),
    memoryReservationPolicy: pick('memoryReservationPolicy', 'None'),
    singleProcessOOMKill: orNull(fields.singleProcessOOMKill, null),
    cpuManagerPolicy: pick('cpuManagerPolicy', 'none'),
    memoryManagerPolicy: pick('memoryManagerPolicy', 'None'),
    reservedMemory: pick('reservedMemory', []),
    protectKernelDefaults: pick('protectKernelDefaults', false),
    oomScoreAdj: pick('oomScoreAdj', -999),
    containerRuntimeEndpoint: pick('containerRuntimeEndpoint', ''),
    oddities,
  };
}

/** The kubelet's parser turns an empty map into none (server.go, parseResourceList). */
function emptyIsNone({
  value,
  source,
}: Sourced<Readonly<Record<string, string | null>>>): KubeletConfig['kubeReserved'] {
  return { value: Object.keys(value).length === 0 ? null : withoutNulls({ value, source }).value, source };
}

/** A null inside a map has had its effect in the merge. */
function withoutNulls<T>({ value, source }: Sourced<Readonly<Record<string, T | null>>>): Sourced<Record<string, T>> {
  const entries = Object.entries(value).filter((entry): entry is [string, T] => entry[1] !== null);
  return { value: Object.fromEntries(entries), source };
}

/** A field that may stay unset, or whose default not every release has. */
function orNull<T>(given: Sourced<T | null> | undefined, fallback: T | null): Sourced<T | null> {
  return given === undefined || given.value === null ? { value: fallback, source: DEFAULT } : given;
}

function swapBehavior({ value, source }: Sourced<MemorySwap>): KubeletConfig['swapBehavior'] {
  return { value: value.swapBehavior ?? null, source };
}

/** A version that is only assumed must not turn away a v1 host whose real kubelet would start. */
function failsCgroupV1({ source }: Sourced<KubeletVersion>, rules: KubeletRules): boolean {
  return rules.failCgroupV1 === true && !source.startsWith('assumed');
}
