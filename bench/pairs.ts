import { spawnSync } from 'node:child_process';

export interface Contender {
  readonly name: string;
  /** Run one after the other, as one. */
  readonly commands: readonly (readonly [string, ...string[]])[];
}

export interface PairResult {
  readonly ours: number;
  readonly theirs: number;
  /** Median of the ratios pair by pair, which the machine's drift does not reach. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Runs two contenders in turn, A B B A A B …, and compares them pair by pair.
 * @param prepare before each run, not timed
 * @returns medians of the wall time in milliseconds, and of the ratio ours/theirs with its quartiles
 */
export function compare(ours: Contender, theirs: Contender, pairs: number, prepare: () => void): PairResult {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let pair = -2; pair < pairs; pair += 1) {
    const order = pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const);
    for (const side of order) {
      prepare();
      const elapsed = time(side === 'ours' ? ours : theirs);
      // The first two pairs warm the page cache.
      if (pair >= 0) times[side].push(elapsed);
    }
  }
  const ratios = times.ours.map((elapsed, at) => elapsed / (times.theirs[at] ?? Number.NaN));
  return {
    ours: quantile(times.ours, 0.5),
    theirs: quantile(times.theirs, 0.5),
    ratio: quantile(ratios, 0.5),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
  };
}

function time({ name, commands }: Contender): number {
  const start = process.hrtime.bigint();
  for (const [command, ...args] of commands) {
    const { status, error } = spawnSync(command, args, { stdio: 'ignore' });
    // 1: not ready, which a host whose v2 tree has no controllers never is.
    if (error !== undefined || (status !== 0 && status !== 1))
      throw new Error(`${name} ended with ${error?.message ?? `status ${String(status)}`}`);
  }
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
