import { describe, expect, it } from 'vitest';
import { AFTER_REPAIR_MS, createLoop, SETTLE_MS } from '../../../src/watch/loop.ts';
import type { Loop, PassEnd } from '../../../src/watch/loop.ts';
import { virtualTime } from '../../support/virtual-time.ts';
import type { VirtualTime } from '../../support/virtual-time.ts';

const QUIET: PassEnd = { fruitful: false, againMs: null, watching: true };

interface Watched {
  readonly time: VirtualTime;
  readonly loop: Loop;
  /** When each pass began, and of which kind it was. */
  readonly passes: { readonly at: number; readonly whole: boolean }[];
}

function watched(own: { ends?: (nth: number) => PassEnd; random?: () => number; takes?: number } = {}): Watched {
  const time = virtualTime();
  const passes: { at: number; whole: boolean }[] = [];
  let under = 0;
  const loop = createLoop({
    timers: time,
    random: own.random ?? (() => 0.5),
    resyncMs: () => 60_000,
    pass: async (whole) => {
      under += 1;
      expect(under, 'one pass at a time').toBe(1);
      passes.push({ at: time.now(), whole });
      if (own.takes !== undefined) {
        const { takes } = own;
        await new Promise<void>((resolve) => {
          time.after(takes, resolve);
        });
      }
      under -= 1;
      return own.ends?.(passes.length) ?? QUIET;
    },
  });
  return { time, loop, passes };
}

describe('the loop', () => {
  it('looks at everything at the start and every resync', async () => {
    const { time, loop, passes } = watched();
    void loop.whole();
    await time.advance(180_000);
    expect(passes).toEqual([0, 60_000, 120_000, 180_000].map((at) => ({ at, whole: true })));
  });

  it.each([
    [0, 54_000],
    [1, 66_000],
  ])('with jitter: at random %d the next is at %d', async (random, at) => {
    const { time, loop, passes } = watched({ random: () => random });
    void loop.whole();
    await time.advance(70_000);
    expect(passes[1]).toEqual({ at, whole: true });
  });

  it('answers an event after it has settled, and a burst with one pass', async () => {
    const { time, loop, passes } = watched();
    void loop.whole();
    await time.advance(1000);
    for (let at = 0; at < 20_000; at += 1) loop.event();
    await time.advance(1000);
    expect(passes.slice(1)).toEqual([{ at: 1000 + SETTLE_MS, whole: false }]);
  });

  it('an event during a pass leads to one more, however many they were', async () => {
    const { time, loop, passes } = watched({ takes: 50 });
    void loop.whole();
    await time.advance(10);
    for (let at = 0; at < 100; at += 1) loop.event();
    await time.advance(1000);
    expect(passes).toEqual([
      { at: 0, whole: true },
      { at: 50 + SETTLE_MS, whole: false },
    ]);
  });

  it('events do not put off the resync', async () => {
    const { time, loop, passes } = watched();
    void loop.whole();
    for (let at = 0; at < 65_000; at += 100) {
      loop.event();
      await time.advance(100);
    }
    expect(passes.filter(({ whole }) => whole)).toHaveLength(2);
  });

  it('while events lead to nothing they are answered ever more slowly, but never later than after 50 ms', async () => {
    const { time, loop, passes } = watched();
    void loop.whole();
    await time.advance(100);
    const before = passes.length;
    for (let at = 0; at < 10_000; at += 1) {
      loop.event();
      await time.advance(1);
    }
    const gaps = passes.slice(before + 1).map(({ at }, nth) => at - (passes[before + nth]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50);
    expect(passes.length - before).toBeLessThan(230);
  });

  it('after a pass that found something waits for what the runtime folds, and then answers at once again', async () => {
    const { time, loop, passes } = watched({ ends: (nth) => ({ ...QUIET, fruitful: nth === 9 }) });
    void loop.whole();
    for (let nth = 1; nth < 9; nth += 1) {
      loop.event();
      await time.advance(60);
    }
    const last = time.now();
    loop.event();
    await time.advance(60);
    expect(passes.at(-1)?.at).toBe(last + AFTER_REPAIR_MS);
    const next = time.now();
    loop.event();
    await time.advance(60);
    expect(passes.at(-1)?.at).toBe(next + SETTLE_MS);
  });

  it('looks again when a pass asks for it', async () => {
    const { time, loop, passes } = watched({ ends: (nth) => ({ ...QUIET, againMs: nth === 1 ? 20 : null }) });
    void loop.whole();
    await time.advance(1000);
    expect(passes.map(({ at }) => at)).toEqual([0, 20]);
  });

  it('without inotify looks every second', async () => {
    const { time, loop, passes } = watched({ ends: () => ({ ...QUIET, watching: false }) });
    void loop.whole();
    await time.advance(5500);
    expect(passes.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
  });

  it('once stopped does nothing more, and leaves no timer', async () => {
    const { time, loop, passes } = watched({ takes: 10, ends: () => ({ ...QUIET, againMs: 5 }) });
    void loop.whole();
    await time.advance(3);
    loop.event();
    loop.stop();
    loop.event();
    void loop.whole();
    await time.advance(200_000);
    expect([passes.length, time.waiting()]).toEqual([1, 0]);
  });

  it('a whole pass that is asked for during a pass follows it', async () => {
    const { time, loop, passes } = watched({ takes: 10 });
    void loop.whole();
    await time.advance(5);
    void loop.whole();
    await time.advance(50);
    expect(passes).toEqual([
      { at: 0, whole: true },
      { at: 10, whole: true },
    ]);
  });
});
