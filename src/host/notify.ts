import type { Notify } from '../model/ports.ts';
import { startProgram } from './programs.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** systemd-notify(1) waits until systemd has taken the message, which a busy manager may not do for a while. */
const TIME_LIMIT_MS = 5000;

/**
 * sd_notify(3). Node cannot send datagrams to a unix socket, so the message goes through the connected socket that
 * systemd 253 and newer hand over with `OpenFile=/run/systemd/notify:notify:graceful`, else through systemd-notify(1).
 * Where nobody waits for messages they go nowhere.
 */
export function createNotify(
  sys: Syscalls,
  variables: Readonly<Record<string, string | undefined>>,
  pid: number,
): Notify {
  const watchdogMs = watchdogOf(variables, pid);
  const fd = handedOver(sys, variables, pid);
  if (fd !== null) {
    const send = (assignments: readonly string[]): void => {
      try {
        sys.write(fd, Buffer.from(assignments.join('\n')));
      } catch (error) {
        errnoOf(error);
      }
    };
    return { send, watchdogMs };
  }
  const socket = variables['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return { send: () => undefined, watchdogMs: null };
  let last: Promise<void> = Promise.resolve();
  const send = (assignments: readonly string[]): void => {
    // One after the other, because READY=1 must not overtake RELOADING=1.
    last = last.then(() => startProgram('systemd-notify', assignments, TIME_LIMIT_MS, { NOTIFY_SOCKET: socket }));
  };
  return { send, watchdogMs };
}

/** sd_watchdog_enabled(3). */
function watchdogOf(variables: Readonly<Record<string, string | undefined>>, pid: number): number | null {
  const { WATCHDOG_USEC: micros = '', WATCHDOG_PID: whose } = variables;
  if (!/^[1-9]\d*$/.test(micros) || (whose !== undefined && whose !== String(pid))) return null;
  return Number(micros) / 1000;
}

/** sd_listen_fds_with_names(3): descriptors from 3 on, their names with colons between. */
function handedOver(
  sys: Syscalls,
  variables: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | null {
  const { LISTEN_PID: whose, LISTEN_FDNAMES: names = '' } = variables;
  const at = names.split(':').indexOf('notify');
  if (at === -1 || whose !== String(pid)) return null;
  try {
    return sys.fstat(3 + at).isSocket() ? 3 + at : null;
  } catch (error) {
    errnoOf(error);
    return null;
  }
}
