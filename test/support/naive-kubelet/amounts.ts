const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** A plain quantity's number; null if the kubelet cannot read it. Exponents are not read here. */
export function quantity(text: string): number | null {
  const [, digits, suffix] = /^([+-]?[0-9]+(?:\.[0-9]+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const unit = suffix === undefined ? undefined : SUFFIXES[suffix];
  return digits === undefined || unit === undefined ? null : Number(digits) * unit;
}

/** Whole units, rounded up as the kubelet does; what is one thousandth off is a float's error, not a part. */
export function whole(value: number): number {
  return Math.ceil(Number(value.toFixed(3)));
}

/** How many processors a list such as `0-1,4` has; null if it is no such list. */
export function processors(list: string): number | null {
  const found = new Set<number>();
  if (list.trim() === '') return 0;
  for (const range of list.split(',')) {
    const [, first, last] = /^([0-9]+)(?:-([0-9]+))?$/.exec(range) ?? [];
    if (first === undefined || Number(last ?? first) < Number(first)) return null;
    for (let one = Number(first); one <= Number(last ?? first); one += 1) found.add(one);
  }
  return found.size;
}

/** What evictionHard sets aside of `capacity` bytes of memory: a quantity, or a share in single precision. */
export function evicted(thresholds: Readonly<Record<string, string>> | undefined, capacity: number): number {
  if (thresholds === undefined) return 100 * 1024 ** 2;
  const threshold = thresholds['memory.available'];
  if (threshold === undefined || threshold === '0%' || threshold === '100%') return 0;
  if (!threshold.endsWith('%')) return quantity(threshold) ?? 0;
  const share = Math.fround(Math.fround(Number(threshold.slice(0, -1))) / 100);
  return Math.trunc(capacity * share);
}
