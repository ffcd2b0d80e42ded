import type { KubeletConfig } from '../model/kubelet.ts';
import type { KubeletRefusal } from './case.ts';
import { goQuote } from './go-quote.ts';
import { parseQuantity } from './quantity.ts';
import type { Amount } from './quantity.ts';
import { rulesFor } from './versions.ts';
import type { KubeletRules } from './rules.ts';

/** A threshold that holds: so much, or such a part of the capacity (a float32, as in the kubelet). */
export type Threshold = { readonly amount: Amount } | { readonly part: number };

/** Source: eviction/api/types.go and eviction/helpers.go, signalToResource. */
const SIGNALS = [
  'memory.available',
  'allocatableMemory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'pid.available',
];
const CONTAINERFS = ['containerfs.available', 'containerfs.inodesFree'];

/** ParseThresholdConfig of eviction/helpers.go, which server.go asks right after the reserved maps. */
export function evictionErrors(config: KubeletConfig): KubeletRefusal | null {
  const rules = rulesFor(config.version.value);
  for (const [signal, text] of Object.entries(config.evictionHard.value)) {
    const threshold = parseThreshold(signal, text, rules);
    if (threshold !== null && 'error' in threshold) return { rule: 'eviction', message: threshold.error };
  }
  return null;
}

/** The hard threshold of one signal; null where there is none, and where the kubelet would refuse it. */
export function hardThreshold(config: KubeletConfig, signal: string): Threshold | null {
  const text = config.evictionHard.value[signal];
  if (text === undefined) return null;
  const threshold = parseThreshold(signal, text, rulesFor(config.version.value));
  return threshold === null || 'error' in threshold ? null : threshold;
}

function parseThreshold(signal: string, text: string, rules: KubeletRules): Threshold | { error: string } | null {
  if (!SIGNALS.includes(signal) && !(rules.containerfsSignals && CONTAINERFS.includes(signal)))
    return { error: `unsupported eviction signal ${signal}` };
  if (text.endsWith('%')) return percentage(signal, text);
  const quantity = parseQuantity(text);
  if ('error' in quantity) return quantity;
  if (quantity.sign <= 0)
    return { error: `eviction threshold ${signal} must be positive: ${quantity.sign === 0 ? '0' : text}` };
  return { amount: quantity.amount };
}

function percentage(signal: string, text: string): Threshold | { error: string } | null {
  // These two words, and no other spelling of them, switch a signal off.
  if (text === '0%' || text === '100%') return null;
  const number = text.replace(/%+$/, '');
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(number))
    return { error: `strconv.ParseFloat: parsing ${goQuote(number)}: invalid syntax` };
  const part = Math.fround(Math.fround(Number(number)) / 100);
  if (part < 0) return { error: `eviction percentage threshold ${signal} must be >= 0%: ${text}` };
  if (part > 1) return { error: `eviction percentage threshold ${signal} must be <= 100%: ${text}` };
  return { part };
}
