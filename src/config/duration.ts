const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** More than a day is a mistake. */
const LONGEST = 24 * UNITS.h;

export const DURATION_FORM = '30s, 5m, 1h or seconds, from 1s to 24h';

/** `60s`, `5m`, `1h`, or a bare number of seconds, as milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const [, digits, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const ms = Number(digits) * UNITS[unit as keyof typeof UNITS];
  return ms >= UNITS.s && ms <= LONGEST ? ms : null;
}
