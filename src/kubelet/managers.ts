import type { MemoryReservation } from '../model/kubelet.ts';
import { reservationOf, sharesOf, reservations } from './allocatable.ts';
import { add, goString, NONE } from './amount.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { goQuote } from './go-quote.ts';
import { parseQuantity } from './quantity.ts';
import type { Amount } from './quantity.ts';
import { isAvailable, rulesFor } from './versions.ts';

/**
 * cpu_manager.go, NewManager. The total is never there as 0: GetNodeAllocatableReservation leaves out what is zero
 * (1.20 to 1.36), so the text that is meant for that, about "greater than zero", is never seen.
 */
export function cpuManagerRefusal({ config }: Case): KubeletRefusal | null {
  const policy = config.cpuManagerPolicy.value;
  const { cpuManager } = rulesFor(config.version.value);
  if (policy === 'none' || !isAvailable(cpuManager, 'CPUManager', config.featureGates.value)) return null;
  if (policy !== 'static') return { rule: 'cpu-manager', message: `unknown policy: ${goQuote(policy)}` };
  const { kube, system } = reservations(config);
  if ([kube, system].some((map) => isSomething(map?.['cpu']))) return null;
  const message = '[cpumanager] unable to determine reserved CPU resources for static policy';
  return { rule: 'cpu-manager', message };
}

function isSomething(text: string | undefined): boolean {
  const quantity = text === undefined ? null : parseQuantity(text);
  return quantity !== null && !('error' in quantity) && quantity.sign > 0;
}

/**
 * memory_manager.go, NewManager: with the policy Static what the NUMA nodes reserve must be, type by type, exactly
 * what is reserved of the whole.
 */
export function memoryManagerRefusal({ config, resources }: Case): KubeletRefusal | null {
  const policy = config.memoryManagerPolicy.value;
  const { memoryManager } = rulesFor(config.version.value);
  if (policy === 'None' || !isAvailable(memoryManager, 'MemoryManager', config.featureGates.value)) return null;
  if (policy !== 'Static') return { rule: 'memory-manager', message: `unknown policy: ${goQuote(policy)}` };
  const stray = config.reservedMemory.value.find(
    ({ numaNode }) => resources.numaNodes.length > 0 && !resources.numaNodes.includes(numaNode),
  );
  if (stray !== undefined) {
    const message = `the reserved memory configuration references a NUMA node ${stray.numaNode} that does not exist on this machine`;
    return { rule: 'memory-manager', message };
  }
  const shares = sharesOf(config, resources).find(({ resource }) => resource === 'memory');
  const totals = totalsOf(config.reservedMemory.value);
  for (const type of new Set(['memory', ...totals.keys()])) {
    // Without the machine's memory a percentage is no amount.
    if (type === 'memory' && shares === undefined) continue;
    const reserved = totals.get(type) ?? NONE;
    const wanted = type === 'memory' && shares !== undefined ? reservationOf(shares) : NONE;
    if (add(reserved, { ...wanted, number: -wanted.number }).number === 0n) continue;
    return {
      rule: 'memory-manager',
      message: `the total amount ${goQuote(goString(reserved))} of type ${goQuote(type)} is not equal to the value ${goQuote(goString(wanted))} determined by Node Allocatable feature`,
    };
  }
  return null;
}

function totalsOf(perNode: readonly MemoryReservation[]): Map<string, Amount> {
  const totals = new Map<string, Amount>();
  for (const { limits } of perNode) {
    for (const [type, text] of Object.entries(limits)) {
      const quantity = parseQuantity(text);
      if ('error' in quantity) continue;
      totals.set(type, add(quantity.amount, totals.get(type) ?? NONE));
    }
  }
  return totals;
}
