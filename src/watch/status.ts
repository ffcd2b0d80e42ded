import type { ActionKind, Outcome } from '../model/plan.ts';
import type { Drift, DriftKind, WatchStatus } from '../model/watch.ts';

/** What one pass has come to. */
export interface PassResult {
  /** Would the kubelet start; null where the pass could not be finished. */
  readonly ready: boolean | null;
  readonly message: string | null;
  readonly drift: readonly Drift[];
  readonly outcomes: readonly Outcome[];
  readonly standing: readonly Drift[];
  readonly backingOff: readonly string[];
  readonly seconds: number;
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
}

const NONE = { done: 0, failed: 0 };

/** The status before the first pass. */
export function initialStatus(cgprepVersion: string, startedAtMs: number): WatchStatus {
  return {
    cgprepVersion,
    startedAtMs,
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
      'set-properties': NONE,
      'start-slice': NONE,
      'make-directory': NONE,
      'seed-cpuset': NONE,
      'enable-controllers': NONE,
    },
    standing: [],
    backingOff: [],
  };
}

/** The status after one more pass. */
export function after(status: WatchStatus, pass: PassResult): WatchStatus {
  const good = pass.ready !== null;
  const drift: Record<DriftKind, number> = { ...status.drift };
  for (const { kind } of pass.drift) drift[kind] += 1;
  const repairs: Record<ActionKind, { done: number; failed: number }> = { ...status.repairs };
  for (const { action, outcome } of pass.outcomes) {
    if (outcome !== 'done' && outcome !== 'failed') continue;
    const before = repairs[action.action];
    repairs[action.action] = { ...before, [outcome]: before[outcome] + 1 };
  }
  return {
    ...status,
    // What could not be looked at is not ready.
    ready: pass.ready ?? false,
    message: pass.message,
    passes: {
      good: status.passes.good + (good ? 1 : 0),
      failed: status.passes.failed + (good ? 0 : 1),
    },
    lastPassSeconds: pass.seconds,
    lastGoodPassAtMs: good ? pass.atMs : status.lastGoodPassAtMs,
    drift,
    repairs,
    standing: pass.standing,
    backingOff: pass.backingOff,
  };
}
