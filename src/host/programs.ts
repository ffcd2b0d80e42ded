/** The only file that imports node:child_process. */
import { spawnSync } from 'node:child_process';

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
