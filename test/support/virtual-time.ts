import type { Timers } from '../../src/model/ports.ts';

export interface VirtualTime extends Timers {
  /** Lets so many milliseconds pass, and every callback run that is due by then, with what it leads to. */
  readonly advance: (ms: number) => Promise<void>;
  /** How many callbacks wait. */
  readonly waiting: () => number;
}

/** Time that passes only when a test says so. */
export function virtualTime(): VirtualTime {
  let now = 0;
  let waiting: { at: number; call: () => void }[] = [];
  const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    after: (ms, call) => {
      const one = { at: now + ms, call };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((other) => other !== one);
      };
    },
    waiting: () => waiting.length,
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        await rest();
        const next = waiting.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waiting = waiting.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
    },
  };
}
