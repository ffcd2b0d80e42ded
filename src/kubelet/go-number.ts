/** `%v` of a Go float64: as JavaScript prints it, but for where the exponent begins and how many digits it has. */
export function goFloat(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e21)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Go's time.ParseDuration: `90s`, `1m30s`, `-1.5h`, in seconds. */
export function parseDuration(text: string): { readonly seconds: number } | { readonly error: string } {
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return { seconds: 0 };
  const quoted = JSON.stringify(text);
  if (rest === '') return { error: `time: invalid duration ${quoted}` };
  let seconds = 0;
  while (rest !== '') {
    const [whole = '', number = '', unit = ''] = /^(\d+\.?\d*|\.\d+)([^.\d]*)/.exec(rest) ?? [];
    if (whole === '') return { error: `time: invalid duration ${quoted}` };
    if (unit === '') return { error: `time: missing unit in duration ${quoted}` };
    const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (size === undefined) return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    seconds += Number(number) * size;
    rest = rest.slice(whole.length);
  }
  return { seconds: sign * seconds };
}
