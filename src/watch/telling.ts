import type { RecordEntry } from '../model/watch.ts';

/** What is told of one thing that drifted; the record adds when. */
export type Line = Omit<RecordEntry, 'time' | 'boot'>;

interface Subject {
  readonly toldAt: number;
  /** What was not told yet, with how often. */
  readonly pending: Line | null;
}

export type Telling = ReadonlyMap<string, Subject>;

/** The same thing is told once in so long, with how often it happened. */
const FOLD_MS = 60_000;

/**
 * What is to be told now. The first drift of a thing is told at once; the same with the same result is counted,
 * and told again after a while if it has happened again.
 * @param now CLOCK_MONOTONIC milliseconds
 */
export function tell(
  state: Telling,
  news: readonly Line[],
  now: number,
): { readonly state: Telling; readonly lines: readonly Line[] } {
  const next = new Map(state);
  const lines: Line[] = [];
  for (const line of news) {
    const key = `${line.kind} ${line.subject} ${line.result}`;
    const before = next.get(key);
    const count = (before?.pending?.count ?? 0) + line.count;
    const toldAt = before?.toldAt ?? now - FOLD_MS;
    next.set(key, { toldAt, pending: { ...line, count } });
  }
  for (const [key, { toldAt, pending }] of next) {
    if (now - toldAt < FOLD_MS) continue;
    if (pending === null) {
      next.delete(key);
      continue;
    }
    lines.push(pending);
    next.set(key, { toldAt: now, pending: null });
  }
  return { state: next, lines };
}

/** What was counted and not told yet. */
export function pendingLines(state: Telling): Line[] {
  return [...state.values()].flatMap(({ pending }) => pending ?? []);
}
