import type { Amount } from './quantity.ts';

/** Go's zero value of a Quantity, which a missing key of a resource list is. */
export const NONE: Amount = { number: 0n, scale: 0, exact: false, format: '' };

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** resource.NewQuantity(n, BinarySI). */
export function bytes(number: number): Amount {
  return { number: BigInt(Math.trunc(number)), scale: 0, exact: false, format: 'BinarySI' };
}

/** resource.NewMilliQuantity(n, DecimalSI). */
export function millis(number: number): Amount {
  return { number: BigInt(number), scale: -3, exact: false, format: 'DecimalSI' };
}

/** Quantity.Add of quantity.go: a zero takes over the other's scale and format, sums the finer scale. */
export function add(a: Amount, b: Amount): Amount {
  const format = a.number === 0n ? b.format : a.format;
  if (a.exact || b.exact) return { ...aligned(a, b), exact: true, format };
  if (b.number === 0n) return { ...a, format };
  if (a.number === 0n) return { ...b, format };
  const sum = aligned(a, b);
  return { ...sum, exact: sum.number < INT64.least || sum.number > INT64.most, format };
}

/** Quantity.Sub. */
export function subtract(a: Amount, b: Amount): Amount {
  return add(a, { ...b, number: -b.number });
}

function aligned(a: Amount, b: Amount): { number: bigint; scale: number } {
  const scale = Math.min(a.scale, b.scale);
  const at = ({ number, scale: own }: Amount): bigint => number * 10n ** BigInt(own - scale);
  return { number: at(a) + at(b), scale };
}

/** In units of 10^-`digits`, rounded up, as a number of the report. */
export function inUnits({ number, scale }: Amount, digits: 0 | 3): number {
  const shift = scale + digits;
  if (shift >= 0) return Number(number * 10n ** BigInt(shift));
  const divisor = 10n ** BigInt(-shift);
  const cut = number / divisor;
  return Number(number % divisor > 0n ? cut + 1n : cut);
}

/** `%v` of a Quantity struct: its fields raw. The third is a text that was cached, which arithmetic empties. */
export function goPrint({ number, scale, exact, format }: Amount): string {
  // Of a number beyond int64 Go prints where it lies in memory, which nobody can foretell.
  const held = exact ? '{0 0} {0xc000000000}' : `{${number} ${scale}} {<nil>}`;
  return `{${held}  ${format}}`;
}

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Quantity.String(): the largest suffix that leaves a whole number. Less than 1024 is decimal in any case. */
export function goString(amount: Amount): string {
  const { number, scale } = amount;
  const whole =
    scale >= 0 ? number * 10n ** BigInt(scale) : (number + 10n ** BigInt(-scale) - 1n) / 10n ** BigInt(-scale);
  if (amount.format === 'BinarySI' && (whole >= 1024n || whole <= -1024n)) return withSuffix(whole, 1024n, BINARY);
  // In thousandths of a thousandth of a thousandth: nothing smaller is kept.
  return withSuffix(number * 10n ** BigInt(scale + 9), 1000n, DECIMAL);
}

function withSuffix(number: bigint, base: bigint, suffixes: readonly string[]): string {
  if (number === 0n) return '0';
  let left = number;
  let at = 0;
  for (; at < suffixes.length - 1 && left % base === 0n; at += 1) left /= base;
  return `${left}${suffixes[at] ?? ''}`;
}
