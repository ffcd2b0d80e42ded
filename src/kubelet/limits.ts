import type { DesiredCgroup, DesiredState } from '../model/desired.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { HostFacts } from '../model/host.ts';
import type { KubeletConfig, Role } from '../model/kubelet.ts';
import type { Resources } from '../model/resources.ts';
import type { CgroupLimits } from '../model/usage.ts';
import { reservations } from './allocatable.ts';
import { parseQuantity } from './quantity.ts';
import type { Quantity } from './quantity.ts';
import { isAvailable, rulesFor } from './versions.ts';

const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

/**
 * What the kubelet writes to an enforced reserved cgroup; null for one that it leaves alone.
 * Source: node_container_manager_linux.go, getCgroupConfigInternal; helpers_linux.go.
 */
export function limitsOf(
  config: KubeletConfig,
  { role, enforced }: Pick<DesiredCgroup, 'role' | 'enforced'>,
  host: HostFacts,
  { hugePages }: Resources,
): CgroupLimits | null {
  if (!enforced) return null;
  const plain = isPlain(config, role);
  const reserved = (key: string): Quantity | null => quantityOf(config, role, key);
  const cpu = reserved('cpu');
  const shares = cpu === null ? null : sharesOf(Number(cpu.milli));
  const rules = rulesFor(config.version.value);
  // In a hybrid host's cgroup2 tree the kubelet, which is on v1 there, writes nothing.
  const hugetlb = demandedHierarchies(host).some(({ controllers }) => controllers.includes('hugetlb'));
  return {
    memoryBytes: plain ? positive(reserved('memory')) : null,
    cpuShares: shares,
    cpuWeight: shares === null ? null : weightOf(shares),
    pids: plain ? pidsOf(reserved('pid'), rules.pidsZeroIsOne) : null,
    memoryMinBytes: plain && host.mode === 'unified' && hasMemoryQoS(config) ? positive(reserved('memory')) : null,
    cpuset: writesCpuset(config) ? 'all' : null,
    // No reserved map can hold huge pages, so each size that the kernel has is forbidden, with either form of the key.
    hugePagesForbidden: hugetlb ? hugePages.map(({ size }) => size) : [],
  };
}

/** The same of all reserved cgroups, by their paths. */
export function allLimits(
  config: KubeletConfig,
  host: HostFacts,
  { cgroups }: DesiredState,
  resources: Resources,
): Readonly<Record<string, CgroupLimits>> {
  const entries = cgroups.flatMap((cgroup) => {
    const written = limitsOf(config, cgroup, host, resources);
    return written === null ? [] : [[cgroup.path, written] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * Does this kubelet write cpuset.cpus of a reserved cgroup, so that on v1 its parent's must not be empty. With the
 * CPU manager's static policy it writes none (node_container_manager_linux.go).
 */
export function writesCpuset(config: KubeletConfig): boolean {
  const rules = rulesFor(config.version.value);
  const manages = isAvailable(rules.cpuManager, 'CPUManager', config.featureGates.value);
  return rules.writesCpuset && !(manages && config.cpuManagerPolicy.value === 'static');
}

/** The gate MemoryQoS protects what is reserved, on v2; memoryReservationPolicy of 1.36 is about pods. */
function hasMemoryQoS({ version, featureGates }: KubeletConfig): boolean {
  return isAvailable(rulesFor(version.value).memoryQoS, 'MemoryQoS', featureGates.value);
}

/** Is the key itself enforced, with memory and processes, or only its `-compressible` form. */
function isPlain({ enforceNodeAllocatable }: KubeletConfig, role: Role): boolean {
  return enforceNodeAllocatable.value.includes(role);
}

function quantityOf(config: KubeletConfig, role: Role, key: string): Quantity | null {
  const { kube, system } = reservations(config);
  const text = (role === 'kube-reserved' ? kube : system)?.[key];
  const quantity = text === undefined ? null : parseQuantity(text);
  return quantity === null || 'error' in quantity ? null : quantity;
}

/** libcontainer writes no memory limit of 0. */
function positive(quantity: Quantity | null): number | null {
  return quantity === null || quantity.value <= 0n ? null : Number(quantity.value);
}

/** libcontainer took 0 for "not set" until the kubelet 1.36, where it became 1: no fork at all. */
function pidsOf(quantity: Quantity | null, zeroIsOne: boolean): number | null {
  return positive(quantity) ?? (quantity !== null && zeroIsOne ? 1 : null);
}

/** MilliCPUToShares. */
export function sharesOf(milli: number): number {
  if (milli === 0) return MIN_SHARES;
  return Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milli * 1024) / 1000)));
}

/** getCPUWeight: the kubelet's own formula, which it kept when the runtimes changed theirs (1.20 to 1.36). */
export function weightOf(shares: number): number {
  return shares >= MAX_SHARES ? 10_000 : 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}
