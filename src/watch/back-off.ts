/** What is known of one thing that drifts again and again; times are CLOCK_MONOTONIC milliseconds. */
interface Subject {
  /** When it drifted, within the window. */
  readonly times: readonly number[];
  /** null while it is repaired at once. */
  readonly held: { readonly delayMs: number; readonly until: number } | null;
}

export type BackOff = ReadonlyMap<string, Subject>;

export interface BackOffLimits {
  /** So many times within the window are taken; one more, and it is a fight. */
  readonly after: number;
  readonly withinMs: number;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 300_000;
/**
 * A directory made again costs a system call. What systemd is asked for costs the manager's time, and what
 * systemd takes back it takes back on purpose: there a hundredth of the times is a fight.
 */
const SYSTEMD_SHARE = 100;

/** Notes that these have drifted just now. @returns the new state, and who it backs off from only now */
export function noteDrift(
  state: BackOff,
  drifted: readonly { readonly key: string; readonly systemds: boolean }[],
  now: number,
  { after, withinMs }: BackOffLimits,
): { readonly state: BackOff; readonly begun: readonly string[] } {
  const next = new Map(state);
  const begun: string[] = [];
  for (const { key, systemds } of drifted) {
    const before = next.get(key);
    const times = [...(before?.times ?? []).filter((time) => now - time < withinMs), now];
    const most = systemds ? Math.max(1, Math.floor(after / SYSTEMD_SHARE)) : after;
    if (times.length <= most) {
      next.set(key, { times, held: null });
      continue;
    }
    const delayMs = Math.min((before?.held?.delayMs ?? FIRST_DELAY_MS / 2) * 2, LONGEST_DELAY_MS);
    if ((before?.held ?? null) === null) begun.push(key);
    next.set(key, { times: times.slice(-(most + 1)), held: { delayMs, until: now + delayMs } });
  }
  return { state: next, begun };
}

/** Forgets whoever has been quiet for the whole window. @returns the new state, and whom it backed off from until now */
export function forgetQuiet(
  state: BackOff,
  now: number,
  { withinMs }: BackOffLimits,
): { readonly state: BackOff; readonly ended: readonly string[] } {
  const quiet = [...state].filter(([, { times, held }]) => {
    const last = Math.max(times.at(-1) ?? 0, held?.until ?? 0);
    return now - last >= withinMs;
  });
  if (quiet.length === 0) return { state, ended: [] };
  const gone = new Set(quiet.map(([key]) => key));
  return {
    state: new Map([...state].filter(([key]) => !gone.has(key))),
    ended: quiet.filter(([, { held }]) => held !== null).map(([key]) => key),
  };
}

/** May it be repaired now. */
export function mayRepair(state: BackOff, key: string, now: number): boolean {
  const held = state.get(key)?.held ?? null;
  return held === null || now >= held.until;
}

/** The milliseconds until the next of them may be repaired; null when none waits. */
export function nextRepairMs(state: BackOff, keys: readonly string[], now: number): number | null {
  const waits = keys.flatMap((key) => {
    const until = state.get(key)?.held?.until ?? 0;
    return until > now ? [until - now] : [];
  });
  return waits.length === 0 ? null : Math.min(...waits);
}

export function backedOffFrom(state: BackOff): string[] {
  return [...state].filter(([, { held }]) => held !== null).map(([key]) => key);
}
