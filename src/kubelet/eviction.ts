import type { KubeletConfig } from '../model/kubelet.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { parseDuration } from './go-number.ts';
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

/**
 * The soft thresholds with their times, and what to reclaim at least; the kubelet asks for them later, when it is put
 * together (kubelet.go, NewMainKubelet).
 */
export function softEvictionErrors({ config }: Pick<Case, 'config'>): KubeletRefusal | null {
  const rules = rulesFor(config.version.value);
  const { evictionSoft, evictionSoftGracePeriod, evictionMinimumReclaim } = config;
  const text =
    firstError(evictionSoft.value, (signal, value) => parseThreshold(signal, value, rules)) ??
    firstError(evictionSoftGracePeriod.value, (signal, value) => gracePeriod(signal, value, rules)) ??
    firstError(evictionMinimumReclaim.value, (signal, value) => minimumReclaim(signal, value, rules)) ??
    firstError(evictionSoft.value, (signal, value) => {
      if (parseThreshold(signal, value, rules) === null || evictionSoftGracePeriod.value[signal] !== undefined)
        return null;
      return { error: `grace period must be specified for the soft eviction threshold ${signal}` };
    });
  return text === null ? null : { rule: 'eviction', message: text };
}

function firstError(
  map: Readonly<Record<string, string>>,
  parse: (signal: string, text: string) => object | null,
): string | null {
  for (const [signal, text] of Object.entries(map)) {
    const parsed = parse(signal, text);
    if (parsed !== null && 'error' in parsed) return String(parsed.error);
  }
  return null;
}

function gracePeriod(signal: string, text: string, rules: KubeletRules): object | null {
  if (!isSignal(signal, rules)) return unsupported(signal);
  const duration = parseDuration(text);
  if ('error' in duration || duration.seconds >= 0) return duration;
  return { error: `invalid eviction grace period specified: ${text}, must be a positive value` };
}

function minimumReclaim(signal: string, text: string, rules: KubeletRules): object | null {
  if (!isSignal(signal, rules)) return unsupported(signal);
  if (text.endsWith('%')) {
    const part = parsePercentage(text);
    if ('error' in part || part.part > 0) return part;
    return { error: `eviction percentage minimum reclaim ${signal} must be positive: ${text}` };
  }
  const quantity = parseQuantity(text);
  if ('error' in quantity || quantity.sign >= 0) return quantity;
  return { error: `negative eviction minimum reclaim specified for ${signal}` };
}

/** The hard threshold of one signal; null where there is none, and where the kubelet would refuse it. */
export function hardThreshold(config: KubeletConfig, signal: string): Threshold | null {
  const text = config.evictionHard.value[signal];
  if (text === undefined) return null;
  const threshold = parseThreshold(signal, text, rulesFor(config.version.value));
  return threshold === null || 'error' in threshold ? null : threshold;
}

function parseThreshold(signal: string, text: string, rules: KubeletRules): Threshold | { error: string } | null {
  if (!isSignal(signal, rules)) return unsupported(signal);
  if (text.endsWith('%')) return percentage(signal, text);
  const quantity = parseQuantity(text);
  if ('error' in quantity) return quantity;
  if (quantity.sign <= 0)
    return { error: `eviction threshold ${signal} must be positive: ${quantity.sign === 0 ? '0' : text}` };
  return { amount: quantity.amount };
}

function isSignal(signal: string, rules: KubeletRules): boolean {
  return SIGNALS.includes(signal) || (rules.containerfsSignals && CONTAINERFS.includes(signal));
}

function unsupported(signal: string): { error: string } {
  return { error: `unsupported eviction signal ${signal}` };
}

function percentage(signal: string, text: string): Threshold | { error: string } | null {
  // These two words, and no other spelling of them, switch a signal off.
  if (text === '0%' || text === '100%') return null;
  const parsed = parsePercentage(text);
  if ('error' in parsed) return parsed;
  const { part } = parsed;
  if (part < 0) return { error: `eviction percentage threshold ${signal} must be >= 0%: ${text}` };
  if (part > 1) return { error: `eviction percentage threshold ${signal} must be <= 100%: ${text}` };
  return { part };
}

function parsePercentage(text: string): { part: number } | { error: string } {
  const number = text.replace(/%+$/, '');
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(number))
    return { error: `strconv.ParseFloat: parsing ${goQuote(number)}: invalid syntax` };
  return { part: Math.fround(Math.fround(Number(number)) / 100) };
}
