/**
 * A Kubernetes quantity. The numbers are int64, and overflow as they do in the kubelet:
 * `1e19` has the value 0, `9223372036854775808` the value -2^63.
 */
export interface Quantity {
  /** Whole units (bytes, cores, pids), rounded up. */
  readonly value: bigint;
  /** Thousandths of a unit (millicores), rounded up. */
  readonly milli: bigint;
  /** Of the exact number, before any overflow: the kubelet refuses -1. */
  readonly sign: -1 | 0 | 1;
  readonly amount: Amount;
}

/**
 * The number as Go holds it, which its errors print raw: `number` × 10^`scale`. `exact` is a number that did not
 * go into an int64, of which Go prints an address.
 */
export interface Amount {
  readonly number: bigint;
  readonly scale: number;
  readonly exact: boolean;
  /** What the text was written in; empty for Go's zero value, and for the text `0`. */
  readonly format: '' | 'DecimalSI' | 'DecimalExponent' | 'BinarySI';
}

/** The kubelet's words for what is no quantity. */
export interface QuantityError {
  readonly error: string;
}

const FORMAT_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_ERROR = "unable to parse quantity's suffix";
const NUMERIC_ERROR = 'unable to parse numeric part of quantity';

const MAX = 2n ** 63n - 1n;

/**
 * Parses `512Mi`, `1.5`, `500m`, `1e3` exactly as the kubelet does, its oddities included: `.` is 0, and
 * 8Ei is cut to 2^63 - 1.
 * Source: apimachinery's pkg/api/resource/quantity.go, ParseQuantity; the same in 1.20 and 1.36.
 */
export function parseQuantity(text: string): Quantity | QuantityError {
  const parts = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (parts === null || text === '') return { error: FORMAT_ERROR };
  const [, sign = '', whole = '', fraction = '', suffix = ''] = parts;
  const unit = unitOf(suffix);
  if (unit === null) return { error: SUFFIX_ERROR };
  const digits = whole.replace(/^0+/, '') || '0';
  const negative = sign === '-';
  const small = smallNumber(digits, fraction, unit);
  const format = text === '0' ? '' : unit.format;
  if (small !== null) return fromSmall(negative ? -small.number : small.number, small.scale, format);
  if (whole + fraction === '') return { error: NUMERIC_ERROR };
  return fromBig(negative, BigInt(digits + fraction), -fraction.length, unit);
}

interface Unit {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: Amount['format'];
}

function unitOf(suffix: string): Unit | null {
  const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].indexOf(suffix);
  if (decimal !== -1) return { base: 10, exponent: 3 * decimal - 9, format: 'DecimalSI' };
  const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(suffix);
  if (binary !== -1) return { base: 2, exponent: 10 * binary + 10, format: 'BinarySI' };
  const exponent = /^[eE]\+?(-?[0-9]+)$/.exec(suffix)?.[1];
  if (exponent === undefined) return null;
  const parsed = BigInt(exponent);
  if (parsed > MAX || parsed < -MAX - 1n) return null;
  return { base: 10, exponent: Number(BigInt.asIntN(32, parsed)), format: 'DecimalExponent' };
}

/**
 * The kubelet's fast path: an int64 and a decimal scale, for numbers of few digits; null for the rest.
 * Which path a text takes matters only because they overflow differently.
 */
function smallNumber(whole: string, fraction: string, unit: Unit): { number: bigint; scale: number } | null {
  let scale = unit.exponent;
  let factor = 1n;
  let precision = 18 - whole.length - fraction.length;
  if (unit.base === 2) {
    if (fraction !== '') return null;
    scale = 0;
    factor = 2n ** BigInt(unit.exponent);
    precision = 14 - whole.length - (unit.exponent * 3) / 10;
  }
  scale -= fraction.length;
  if (precision < 0 || scale < -9) return null;
  const number = BigInt(whole + fraction) * factor;
  return number > MAX ? null : { number, scale };
}

function fromSmall(number: bigint, scale: number, format: Amount['format']): Quantity {
  const amount = { number, scale, exact: false, format };
  return { value: scaleSmall(number, scale), milli: scaleSmall(number, scale + 3), sign: signOf(number), amount };
}

/**
 * Away from zero where digits are lost. Where int64 overflows, the kubelet's shortcuts (math.go, positiveScaleInt64)
 * wrap and its general loop gives 0.
 */
function scaleSmall(number: bigint, scale: number): bigint {
  if (scale < 0) {
    const divisor = 10n ** BigInt(-scale);
    const cut = number / divisor;
    if (number % divisor === 0n) return cut;
    return number > 0n ? cut + 1n : cut - 1n;
  }
  if (scale > 19) return 0n;
  const scaled = number * 10n ** BigInt(scale);
  const wrapped = BigInt.asIntN(64, scaled);
  return wrapped === scaled || [1, 2, 3, 6, 9].includes(scale) ? wrapped : 0n;
}

/** The exact path: any number of digits, rounded up to nano precision, cut at 2^63 - 1 for binary suffixes. */
function fromBig(negative: boolean, unscaled: bigint, scaleOfText: number, unit: Unit): Quantity {
  let number = unit.base === 2 ? unscaled * 2n ** BigInt(unit.exponent) : unscaled;
  // From 10^64 on an int64 keeps nothing of the number, so a larger exponent changes no result.
  let scale = Math.min(unit.base === 2 ? scaleOfText : scaleOfText + unit.exponent, 100);
  if (number !== 0n) {
    number = scale < -9 ? divideUp(number, -9 - scale) : number * 10n ** BigInt(scale + 9);
    scale = -9;
  }
  if (unit.base === 2 && number > MAX * 10n ** 9n) {
    number = MAX;
    scale = 0;
  }
  if (negative) number = -number;
  const amount = { number, scale, exact: true, format: unit.format };
  return { value: scaleBig(number, scale), milli: scaleBig(number, scale + 3), sign: signOf(number), amount };
}

function divideUp(number: bigint, digits: number): bigint {
  if (digits > number.toString().length) return 1n;
  const divisor = 10n ** BigInt(digits);
  return (number + divisor - 1n) / divisor;
}

/** The kubelet's scaledValue (scale_int.go), which adds one after cutting digits off, for negative numbers too. */
function scaleBig(number: bigint, scale: number): bigint {
  if (scale >= 0) return BigInt.asIntN(64, number * 10n ** BigInt(scale));
  const divisor = 10n ** BigInt(-scale);
  const dividend = number < MAX ? BigInt.asIntN(64, number) : number;
  const cut = dividend / divisor;
  return BigInt.asIntN(64, dividend % divisor === 0n ? cut : cut + 1n);
}

function signOf(number: bigint): -1 | 0 | 1 {
  if (number === 0n) return 0;
  return number > 0n ? 1 : -1;
}
