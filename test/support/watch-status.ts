import type { Observed } from '../../src/model/metrics.ts';
import type { WatchStatus } from '../../src/model/watch.ts';

/** A watch that has just been started, and has looked at nothing yet. */
export const STARTED: WatchStatus = {
  cgprepVersion: '0.0.0-test',
  startedAtMs: 1_800_000_000_000,
  ready: null,
  message: null,
  passes: { good: 0, failed: 0 },
  lastPassSeconds: null,
  lastGoodPassAtMs: null,
  drift: {
    'cgroup-missing': 0,
    'controllers-missing': 0,
    'cpuset-empty': 0,
    'slice-inactive': 0,
    'limits-changed': 0,
    'configuration-changed': 0,
    'daemon-moved': 0,
  },
  repairs: {
    'set-properties': { done: 0, failed: 0 },
    'start-slice': { done: 0, failed: 0 },
    'make-directory': { done: 0, failed: 0 },
    'seed-cpuset': { done: 0, failed: 0 },
    'enable-controllers': { done: 0, failed: 0 },
  },
  standing: [],
  backingOff: [],
};

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
