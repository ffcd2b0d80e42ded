import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PROGRAM } from './real-tree.ts';

/** A `cgprep watch` that runs. */
export interface Watching {
  readonly child: ChildProcess;
  /** What it has written to standard error so far. */
  readonly log: () => string;
  /** What it has written to standard output so far; a listener's messages. */
  readonly out: () => string;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Runs the built program, perhaps behind another that starts it. */
export function startWatch(
  argv: readonly string[],
  before: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Watching {
  const [program = '', ...args] = [...before, ...PROGRAM, 'watch', ...argv];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let log = '';
  let out = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (status, signal) => {
      resolve(signal ?? status);
    });
  });
  return { child, log: () => log, out: () => out, ended };
}

/** Waits until something is so; fails with what was seen instead. */
export async function until(
  what: string,
  is: () => boolean,
  seen: () => string = () => '',
  ms = 20_000,
): Promise<void> {
  const end = performance.now() + ms;
  while (!is()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms; ${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits in a tight loop, for times of a millisecond; the pause lets a busy machine run the other. @returns milliseconds */
export function spinUntilExists(path: string, ms: number): number {
  const began = performance.now();
  const nap = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(path)) {
    if (performance.now() - began > ms) throw new Error(`${path} is not back within ${ms} ms`);
    Atomics.wait(nap, 0, 0, 0.2);
  }
  return performance.now() - began;
}
