/** The only file that imports node:child_process. */
import { spawn, spawnSync } from 'node:child_process';

/** What a program said by its end; or why it could not be run to its end. */
export type Ended =
  | { readonly status: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly error: Error };

/** Nothing of our environment reaches another program but this. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } as const;

/** Runs a program without a shell, with nothing on its standard input, and kills it when its time is over. */
export function runProgram(
  program: string,
  args: readonly string[],
  timeLimitMs: number,
  environment: Readonly<Record<string, string>> = {},
): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: timeLimitMs,
    killSignal: 'SIGKILL',
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ENVIRONMENT, ...environment },
  });
  return error === undefined ? { status, stdout, stderr } : { error };
}

/** Runs a program as runProgram does, but waits for nothing: neither for what it says nor, at the end, for it. */
export function startProgram(
  program: string,
  args: readonly string[],
  timeLimitMs: number,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
      cwd: '/',
      stdio: 'ignore',
      env: { ...ENVIRONMENT, ...environment },
    });
    child.on('error', () => {
      resolve();
    });
    child.on('exit', () => {
      resolve();
    });
    child.unref();
  });
}
