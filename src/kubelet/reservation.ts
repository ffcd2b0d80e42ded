import type { KubeletConfig } from '../model/kubelet.ts';
import { goQuote } from './go-quote.ts';
import { parseQuantity } from './quantity.ts';
import type { KubeletRefusal } from './case.ts';
import { rulesFor } from './versions.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage', 'pid'];

/** parseResourceList of server.go: what may be reserved, and how much of it. */
export function reservationErrors(config: KubeletConfig): KubeletRefusal | null {
  const { quantityWrapped } = rulesFor(config.version.value);
  for (const [flag, { value }] of [
    ['--kube-reserved', config.kubeReserved],
    ['--system-reserved', config.systemReserved],
  ] as const) {
    for (const [resource, text] of Object.entries(value ?? {})) {
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
