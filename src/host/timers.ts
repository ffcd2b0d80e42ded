import type { Timers } from '../model/ports.ts';

/** @param now milliseconds of CLOCK_MONOTONIC */
export function createTimers(now: () => number): Timers {
  return {
    now,
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
