import type { Verdict } from '../model/report.ts';

/** What the kubelet says by one rule, be it the first that it would refuse or one that comes after it; null if nothing. */
export function refusalBy({ rule, message, next }: Verdict, wanted: string): string | null {
  if (rule === wanted) return message;
  return next.find((one) => one.rule === wanted)?.message ?? null;
}
