import type { KubeletConfig, Sourced } from '../model/kubelet.ts';
import type { Resources } from '../model/resources.ts';
import { add, bytes, goPrint, millis, NONE, subtract } from './amount.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { parseCpuset } from './cpuset.ts';
import { hardThreshold } from './eviction.ts';
import { goQuote } from './go-quote.ts';
import { parseQuantity } from './quantity.ts';
import type { Amount } from './quantity.ts';
import { rulesFor } from './versions.ts';

/** One resource of the node, and what of it is set aside for whom. */
export interface Shares {
  readonly resource: 'cpu' | 'memory';
  readonly capacity: Amount;
  readonly system: Amount;
  readonly kube: Amount;
  readonly eviction: Amount;
}

/**
 * What of the node's capacity is known, and what the configuration takes of it (node_container_manager_linux.go,
 * GetNodeAllocatableReservation). Storage would need statfs(2) of the kubelet's directory, and is left out.
 */
export function sharesOf(config: KubeletConfig, { cpus, memoryBytes }: Resources): Shares[] {
  const shares: Shares[] = [];
  const { kube, system } = reservations(config);
  const of = (map: Readonly<Record<string, string>> | null, key: string): Amount => amountOf(map?.[key]);
  if (cpus !== null) {
    const capacity = millis(cpus * 1000);
    shares.push({ resource: 'cpu', capacity, system: of(system, 'cpu'), kube: of(kube, 'cpu'), eviction: NONE });
  }
  if (memoryBytes !== null) {
    const eviction = evictionOf(config, 'memory.available', memoryBytes);
    const capacity = bytes(memoryBytes);
    shares.push({ resource: 'memory', capacity, system: of(system, 'memory'), kube: of(kube, 'memory'), eviction });
  }
  return shares;
}

/** The reserved maps as the kubelet uses them (server.go): reservedSystemCPUs takes kubeReserved's cpu away, and is systemReserved's. */
export function reservations({ kubeReserved, systemReserved, reservedSystemCPUs }: KubeletConfig): {
  readonly kube: Sourced<Readonly<Record<string, string>> | null>['value'];
  readonly system: Sourced<Readonly<Record<string, string>> | null>['value'];
} {
  const cpus = parseCpuset(reservedSystemCPUs.value);
  if ('error' in cpus || cpus.size === 0) return { kube: kubeReserved.value, system: systemReserved.value };
  const kube = Object.fromEntries(Object.entries(kubeReserved.value ?? {}).filter(([key]) => key !== 'cpu'));
  return { kube, system: { ...systemReserved.value, cpu: String(cpus.size) } };
}

function amountOf(text: string | undefined): Amount {
  const quantity = text === undefined ? null : parseQuantity(text);
  return quantity === null || 'error' in quantity ? NONE : quantity.amount;
}

/** GetThresholdQuantity: a quantity as it is, a percentage of the capacity cut to whole bytes. */
function evictionOf(config: KubeletConfig, signal: string, capacity: number): Amount {
  const threshold = hardThreshold(config, signal);
  if (threshold === null) return NONE;
  return 'amount' in threshold ? threshold.amount : bytes(partOf(capacity, threshold.part));
}

/** int64(float64(capacity) * float64(part)), where `part` is a float32. */
function partOf(capacity: number, part: number): number {
  return Math.trunc(capacity * part);
}

/** What is set aside of a resource, summed as the kubelet does: its order and its formats show in the text. */
export function reservationOf({ system, kube, eviction }: Shares): Amount {
  return [system, kube, eviction].reduce(add, { ...NONE, format: 'DecimalSI' });
}

/** validateNodeAllocatable: no more may be reserved than there is, whatever enforceNodeAllocatable says. */
export function allocatableRefusal({ config, resources }: Pick<Case, 'config' | 'resources'>): KubeletRefusal | null {
  const { allocatableText } = rulesFor(config.version.value);
  const texts = sharesOf(config, resources).flatMap((shares) => {
    const reserved = reservationOf(shares);
    const left = subtract(shares.capacity, reserved);
    if (left.number >= 0n) return [];
    const of = `Resource ${goQuote(shares.resource)} has`;
    return allocatableText === 'reservation'
      ? `${of} a reservation of ${goPrint(reserved)} but capacity of ${goPrint(shares.capacity)}. Expected capacity >= reservation.`
      : `${of} an allocatable of ${goPrint(reserved)}, capacity of ${goPrint(left)}`;
  });
  if (texts.length === 0) return null;
  return { rule: 'over-reserved', message: `invalid Node Allocatable configuration. ${texts.join(' ')}` };
}
