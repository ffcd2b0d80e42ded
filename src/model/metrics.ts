import type { WatchStatus } from './watch.ts';

/** What the process of `watch` uses itself. */
export interface ProcessUsage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  readonly openFds: number;
}

/** Everything that metrics and health are made of, as of one moment. */
export interface Observed {
  readonly status: WatchStatus;
  readonly usage: ProcessUsage;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
  readonly resyncMs: number;
}
