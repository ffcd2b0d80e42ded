import type { Clock } from '../model/ports.ts';
import { errnoOf, HASTY_WRITE_FLAGS } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/**
 * Is standard output a terminal, as far as colours go. process.stdout.isTTY would load
 * Node's streams to tell; a device that is no terminal (/dev/null) minds no colours.
 */
export function isTerminal(sys: Syscalls): boolean {
  try {
    return sys.fstat(1).isCharacterDevice();
  } catch (error) {
    errnoOf(error);
    return false;
  }
}

const GIVE_UP_AFTER = 500;

/**
 * Writes to standard output (1) or standard error (2) without loading Node's
 * streams, which cost more time than the rest of `oneshot`. A reader that is gone
 * or a full disk must not change what was done or the exit status (returns false).
 */
export function writeOut(sys: Syscalls, clock: Clock, fd: 1 | 2, text: string): boolean {
  let rest = Buffer.from(text);
  for (let waits = 0; rest.length > 0;) {
    try {
      rest = rest.subarray(sys.write(fd, rest));
    } catch (error) {
      // A pipe that somebody made non-blocking and that is full.
      if (errnoOf(error) !== 'EAGAIN' || waits >= GIVE_UP_AFTER) return false;
      waits += 1;
      clock.sleep(10);
    }
  }
  return true;
}

/**
 * Standard error for a program that must go on when nobody reads: a line that does not go through at once is
 * dropped. A pipe is opened anew for that, because O_NONBLOCK on the inherited one would be everybody's.
 */
export function createHastyWriter(sys: Syscalls, clock: Clock): (line: string) => void {
  const fd = reopened(sys);
  return (line) => {
    if (fd === null) {
      writeOut(sys, clock, 2, line);
      return;
    }
    try {
      sys.write(fd, Buffer.from(line));
    } catch (error) {
      errnoOf(error);
    }
  };
}

function reopened(sys: Syscalls): number | null {
  try {
    return sys.fstat(2).isFIFO() ? sys.open('/proc/self/fd/2', HASTY_WRITE_FLAGS) : null;
  } catch (error) {
    errnoOf(error);
    return null;
  }
}
