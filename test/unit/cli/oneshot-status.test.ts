import { describe, expect, it } from 'vitest';
import { statusAfter } from '../../../src/cli/oneshot-status.ts';
import type { ActionError, Outcome, OutcomeWord, Refusal, RefusalReason } from '../../../src/model/plan.ts';
import { hostWith, kubeletConfig, lookAt, v2 } from '../builders.ts';

const HOST = hostWith([v2('cpu')]);

function outcome(word: OutcomeWord, kind: ActionError['kind'] | null = null, needed = true): Outcome {
  return {
    action: { id: 'x', action: 'make-directory', target: '/c/k', why: 'w', needed, mountpoint: '/c', path: '/k' },
    outcome: word,
    error: kind === null ? null : { kind, message: 'no' },
  };
}

function refusal(reason: RefusalReason, needed = true): Refusal {
  return { target: '/c/k', why: 'w', reason, needed };
}

function status(starts: boolean, outcomes: readonly Outcome[], refusals: readonly Refusal[] = []): number {
  const look = lookAt(HOST, kubeletConfig());
  const verdict = { kubeletStarts: starts, message: starts ? null : 'm', rule: starts ? null : 'r', next: [] };
  return statusAfter({ ...look, verdict, plan: { actions: [], refusals } }, outcomes);
}

describe('statusAfter', () => {
  it.each<[string, number, boolean, readonly Outcome[], readonly Refusal[]]>([
    ['ready', 0, true, [], []],
    ['ready, though something that nobody needs failed', 0, true, [outcome('failed', 'rejected', false)], []],
    ['ready, though something failed on the way', 0, true, [outcome('failed', 'temporary')], []],
    ['ready, though something was refused', 0, true, [], [refusal('read-only')]],
    ['not ready, and nothing was to be done', 1, false, [], []],
    ['not ready, all done', 1, false, [outcome('done')], []],
    ['not ready, and only what nobody needs failed', 1, false, [outcome('failed', 'rejected', false)], []],
    ['not ready, and only what nobody needs was refused', 1, false, [], [refusal('read-only', false)]],
    ['permission', 77, false, [outcome('failed', 'permission')], []],
    ['read-only', 77, false, [outcome('failed', 'read-only')], []],
    ['temporary', 75, false, [outcome('failed', 'temporary')], []],
    ['unsupported', 69, false, [outcome('failed', 'unsupported')], []],
    ['rejected', 71, false, [outcome('failed', 'rejected')], []],
    ['the host keeps moving', 75, false, [outcome('stale')], []],
    ['what moves is not needed', 1, false, [outcome('stale', null, false)], []],
    ['a failure says more than a stale one', 71, false, [outcome('stale'), outcome('failed', 'rejected')], []],
    ['a failure says more than a refusal', 77, false, [outcome('failed', 'permission')], [refusal('threaded')]],
    ['refused: read-only', 77, false, [], [refusal('read-only')]],
    ["refused: a container's view", 69, false, [], [refusal('not-the-hosts-root')]],
    ['refused: processes', 71, false, [], [refusal('holds-processes')]],
    ['refused: threaded', 71, false, [], [refusal('threaded')]],
    ['refused: the first that is needed', 71, false, [], [refusal('read-only', false), refusal('threaded')]],
  ])('%s: %i', (_, want, starts, outcomes, refusals) => {
    expect(status(starts, outcomes, refusals)).toBe(want);
  });

  it('without cgroups 69, whatever the verdict', () => {
    const look = lookAt(hostWith([], { mode: 'unavailable' }), kubeletConfig());
    expect(statusAfter({ ...look, verdict: { kubeletStarts: true, message: null, rule: null, next: [] } }, [])).toBe(
      69,
    );
  });
});
