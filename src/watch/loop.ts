import type { Cancel, Timers } from '../model/ports.ts';

/** Events that come together are answered by one pass. */
export const SETTLE_MS = 3;
/**
 * After a repair. The executable's runtime (docs/adr/0003) tells only one of two events of one kind and name that come
 * within 5 ms: a directory that is removed just after it was made tells nobody, so the look waits longer than that.
 */
export const AFTER_REPAIR_MS = 10;
/** While events lead to nothing, they are answered ever more slowly, up to this. */
const LONGEST_SETTLE_MS = 48;
/** Without inotify, look this often. */
const POLL_MS = 1000;
/** So that a fleet that was started together does not look together. */
const JITTER = 0.1;

/** What one pass has come to, as far as the loop needs it. */
export interface PassEnd {
  /** Did it find anything to do or to tell. */
  readonly fruitful: boolean;
  /** Look again after so many milliseconds, whatever happens; null: nothing is pending. */
  readonly againMs: number | null;
  /** Are all directories watched; if not, the loop polls. */
  readonly watching: boolean;
}

export interface LoopWorld {
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly resyncMs: () => number;
  /** Looks at everything (`whole`), or at what costs little. Never rejects. */
  readonly pass: (whole: boolean) => Promise<PassEnd>;
}

export interface Loop {
  /** Something may have changed: look soon. */
  event(): void;
  /** Look at everything now, or as soon as the pass that is under way has ended. */
  whole(): Promise<void>;
  stop(): void;
}

/**
 * Level-triggered, one pass at a time: whatever wakes the loop only makes it look again. Events during a pass lead
 * to one more pass, however many they are.
 */
export function createLoop({ timers, random, resyncMs, pass }: LoopWorld): Loop {
  let stopped = false;
  let running: Promise<void> | null = null;
  let missed = false;
  let settleMs = SETTLE_MS;
  let fruitless = 0;
  let settle: Cancel | null = null;
  let again: Cancel | null = null;
  let resync: Cancel | null = null;

  const cancel = (timer: Cancel | null): null => {
    timer?.();
    return null;
  };
  const event = (): void => {
    if (stopped) return;
    if (running !== null) missed = true;
    else
      settle ??= timers.after(settleMs, () => {
        settle = null;
        void run(false);
      });
  };
  const perform = async (whole: boolean): Promise<void> => {
    settle = cancel(settle);
    again = cancel(again);
    const { fruitful, againMs, watching } = await pass(whole);
    if (stopped) return;
    fruitless = fruitful || whole ? 0 : fruitless + 1;
    // The first look after a repair finds nothing as a rule: it is the repair's own event that has led to it.
    const patience = Math.min(SETTLE_MS * 2 ** Math.max(0, fruitless - 1), LONGEST_SETTLE_MS);
    settleMs = fruitful ? AFTER_REPAIR_MS : patience;
    const soonest = watching ? againMs : Math.min(againMs ?? POLL_MS, POLL_MS);
    if (soonest !== null) {
      again = timers.after(soonest, () => {
        again = null;
        void run(false);
      });
    }
    if (whole) {
      resync = cancel(resync);
      resync = timers.after(resyncMs() * (1 + JITTER * (2 * random() - 1)), () => {
        resync = null;
        void run(true);
      });
    }
  };
  const run = (whole: boolean): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (running !== null) return running.then(() => run(whole));
    running = perform(whole).then(() => {
      running = null;
      if (!missed) return;
      missed = false;
      event();
    });
    return running;
  };
  return {
    event,
    whole: () => run(true),
    stop: () => {
      stopped = true;
      settle = cancel(settle);
      again = cancel(again);
      resync = cancel(resync);
    },
  };
}
