import type { Systemd, SystemdRefusal } from '../model/ports.ts';
import { runProgram } from './programs.ts';

/** A slice waits for nothing, so it starts in milliseconds; a manager that hangs must not hang the kubelet. */
const TIME_LIMIT_MS = 30_000;

/**
 * systemd through systemctl(1): it is there wherever systemd is, and as root it talks
 * to the manager's private socket, so it works before the D-Bus daemon is up.
 */
export function createSystemctl(program = 'systemctl', timeLimitMs = TIME_LIMIT_MS): Systemd {
  const call = (...args: readonly string[]): { readonly text: string } | SystemdRefusal => {
    const plain = { SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' };
    const ended = runProgram(program, ['--no-ask-password', '--no-pager', ...args], timeLimitMs, plain);
    if ('error' in ended)
      return {
        refusal: reachProblem(ended.error, timeLimitMs),
        unreachable: !reachProblem(ended.error, timeLimitMs).includes('not installed'),
      };
    const { status, stdout, stderr } = ended;
    if (status === 0) return { text: stdout };
    const words = stderr.trim().split('\n').join(' ');
    return {
      refusal: words === '' ? `systemctl ended with status ${String(status)}` : words,
      unreachable: /Failed to connect|timed out/i.test(words),
    };
  };
  const done = (answer: { readonly text: string } | SystemdRefusal): { readonly done: true } | SystemdRefusal =>
    'refusal' in answer ? answer : { done: true };
  return {
    show: (units, properties) => call('show', `--property=${properties.join(',')}`, '--', ...units),
    start: (unit) => done(call('start', '--', unit)),
    setProperties: (unit, assignments) => done(call('set-property', '--runtime', '--', unit, ...assignments)),
  };
}

function reachProblem(error: Error, timeLimitMs: number): string {
  const code = 'code' in error ? String(error.code) : error.message;
  if (code === 'ENOENT') return 'systemctl is not installed, so systemd cannot be asked';
  return code === 'ETIMEDOUT'
    ? `systemd did not answer within ${timeLimitMs / 1000} seconds`
    : `systemctl could not be run (${code})`;
}
