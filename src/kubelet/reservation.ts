import type { KubeletConfig } from '../model/kubelet.ts';
import { reservations } from './allocatable.ts';
import { goQuote } from './go-quote.ts';
import { parseQuantity } from './quantity.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { parseCpuset } from './cpuset.ts';
import { rulesFor } from './versions.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage', 'pid'];

/** server.go, run, before it reads the reserved maps: processors that the machine does not have. */
export function reservedCpusRefusal({ config, resources: { cpus } }: Case): KubeletRefusal | null {
  const text = config.reservedSystemCPUs.value;
  const parsed = parseCpuset(text);
  if (cpus === null || 'error' in parsed || parsed.last < cpus) return null;
  return { rule: 'reserved-cpus', message: `Invalid cpuset ${goQuote(text)} specified by --reserved-cpus` };
}

/** parseResourceList of server.go: what may be reserved, and how much of it. */
export function reservationErrors(config: KubeletConfig): KubeletRefusal | null {
  const { quantityWrapped } = rulesFor(config.version.value);
  // A cpu that reservedSystemCPUs takes the place of is never read.
  const { kube, system } = reservations(config);
  for (const [flag, map] of [
    ['--kube-reserved', kube],
    ['--system-reserved', system],
  ] as const) {
    for (const [resource, text] of Object.entries(map ?? {})) {
      const problem = problemOf(resource, text, quantityWrapped);
      if (problem === null) continue;
      return { rule: 'quantity', message: quantityWrapped ? `${flag} value failed to parse: ${problem}` : problem };
    }
  }
  return null;
}

function problemOf(resource: string, text: string, wraps: boolean): string | null {
  if (!RESOURCES.includes(resource)) return `cannot reserve ${goQuote(resource)} resource`;
  const quantity = parseQuantity(text);
  if ('error' in quantity)
    return wraps
      ? `failed to parse quantity ${goQuote(text)} for ${goQuote(resource)} resource: ${quantity.error}`
      : quantity.error;
  return quantity.value < 0n ? `resource quantity for ${goQuote(resource)} cannot be negative: ${text}` : null;
}
