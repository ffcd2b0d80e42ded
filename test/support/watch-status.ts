import type { Observed } from '../../src/model/metrics.ts';
import type { WatchStatus } from '../../src/model/watch.ts';
import { initialStatus } from '../../src/watch/status.ts';

/** A watch that has just been started, and has looked at nothing yet. */
export const STARTED: WatchStatus = initialStatus('0.0.0-test', 1_800_000_000_000);

/** One that has made a pass a second after its start, and found the node ready. */
export const READY: WatchStatus = {
  ...STARTED,
  ready: true,
  passes: { good: 1, failed: 0 },
  lastPassSeconds: 0.0025,
  lastGoodPassAtMs: STARTED.startedAtMs + 1000,
};

/** @param seconds since the start */
export function observedAt(status: WatchStatus, seconds: number): Observed {
  return {
    status,
    usage: { residentBytes: 50_000_000, cpuSeconds: 0.25, openFds: 21 },
    nowMs: STARTED.startedAtMs + seconds * 1000,
    resyncMs: 60_000,
  };
}
