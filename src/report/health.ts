import type { Observed } from '../model/metrics.ts';

/** An answer for whoever restarts or waits for `watch`: good or not, and one line that says why. */
export interface Health {
  readonly ok: boolean;
  readonly line: string;
}

/** One pass may be late and one may fail before the loop is called dead. */
const RESYNCS = 3;

type Known = Pick<Observed, 'status' | 'nowMs' | 'resyncMs'>;

/** Is the loop alive: was a pass finished within the last three resyncs, or is `watch` not older than that. */
export function liveness({ status, nowMs, resyncMs }: Known): Health {
  const { lastGoodPassAtMs, startedAtMs, message } = status;
  const sinceMs = nowMs - (lastGoodPassAtMs ?? startedAtMs);
  if (sinceMs <= RESYNCS * resyncMs) return { ok: true, line: 'ok' };
  const seconds = Math.round(sinceMs / 1000);
  const line =
    lastGoodPassAtMs === null
      ? `no pass was finished in the ${seconds} s since the start`
      : `the last pass was finished ${seconds} s ago`;
  return { ok: false, line: message === null ? line : `${line}: ${message}` };
}

/** Would the kubelet start, as far as is known now: what a pass found too long ago is not known. */
export function readiness(known: Known): Health {
  const alive = liveness(known);
  const { ready, message } = known.status;
  if (ready === null) return { ok: false, line: 'no pass is finished yet' };
  if (!ready) return { ok: false, line: message ?? 'the kubelet would not start' };
  return alive.ok ? { ok: true, line: 'ready' } : alive;
}
