import { assert, array, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backedOffFrom, forgetQuiet, mayRepair, nextRepairMs, noteDrift } from '../../../src/watch/back-off.ts';
import type { BackOff } from '../../../src/watch/back-off.ts';

const LIMITS = { after: 3, withinMs: 60_000 };
const EMPTY: BackOff = new Map();

/** Drifts of one thing at these times. */
function driftsAt(times: readonly number[], systemds = false, limits = LIMITS): { state: BackOff; begun: number } {
  let state = EMPTY;
  let begun = 0;
  for (const time of times) {
    const noted = noteDrift(state, [{ key: 'k', systemds }], time, limits);
    state = noted.state;
    begun += noted.begun.length;
  }
  return { state, begun };
}

describe('back-off', () => {
  it('takes so many within the window, and backs off at one more, saying so once', () => {
    expect(backedOffFrom(driftsAt([0, 1, 2]).state)).toEqual([]);
    const { state, begun } = driftsAt([0, 1, 2, 3, 2000, 5000]);
    expect([backedOffFrom(state), begun]).toEqual([['k'], 1]);
  });

  it('never backs off from what drifts seldom', () => {
    expect(backedOffFrom(driftsAt([0, 20_000, 40_000, 61_000, 81_000, 101_000]).state)).toEqual([]);
  });

  it('each time waits twice as long, up to five minutes', () => {
    const delays: number[] = [];
    let { state } = driftsAt([0, 0, 0]);
    let now = 0;
    for (let nth = 0; nth < 14; nth += 1) {
      state = noteDrift(state, [{ key: 'k', systemds: false }], now, { ...LIMITS, withinMs: 10_000_000 }).state;
      const wait = nextRepairMs(state, ['k'], now) ?? 0;
      delays.push(wait / 1000);
      now += wait;
      expect(mayRepair(state, 'k', now - 1)).toBe(false);
      expect(mayRepair(state, 'k', now)).toBe(true);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300]);
  });

  it('with systemd a hundredth of the times is a fight', () => {
    const limits = { after: 300, withinMs: 60_000 };
    expect(driftsAt([0, 1, 2], true, limits).begun).toBe(0);
    expect(driftsAt([0, 1, 2, 3], true, limits).begun).toBe(1);
    expect(driftsAt([0, 1, 2, 3], false, limits).begun).toBe(0);
  });

  it('forgets who was quiet for the whole window after the wait', () => {
    const { state } = driftsAt([0, 0, 0, 0]);
    expect(forgetQuiet(state, 60_999, LIMITS)).toEqual({ state, ended: [] });
    const later = forgetQuiet(state, 61_000, LIMITS);
    expect([later.state.size, later.ended]).toEqual([0, ['k']]);
  });

  it('others are not held', () => {
    const { state } = driftsAt([0, 0, 0, 0]);
    expect(mayRepair(state, 'other', 0)).toBe(true);
    expect(nextRepairMs(state, ['other'], 0)).toBeNull();
  });

  it('whatever happens, it remembers no more than it needs', () => {
    assert(
      property(array(integer({ min: 0, max: 5000 }), { maxLength: 200 }), (gaps) => {
        let now = 0;
        const times = gaps.map((gap) => (now += gap));
        const { state } = driftsAt(times);
        for (const { times: kept } of state.values()) expect(kept.length).toBeLessThanOrEqual(LIMITS.after + 1);
      }),
    );
  });
});
