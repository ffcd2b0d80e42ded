import { CgprepError } from '../../errors.ts';
import { refused } from '../../model/ports.ts';
import type { HostReader, OwnFiles } from '../../model/ports.ts';

const FILE = '/run/cgprep/watch.pid';
const LIMIT = 4096;

/** The claim of one `watch` to a host. */
export interface Claim {
  /** Whether another one has taken the host since; two that start in the same moment both think that they were first. */
  lostTo(): number | null;
}

/**
 * Claims the host below a root for this process, by its pid and start time: a claim dies with its process, however that
 * ends, and another process with the same pid is not taken for it.
 * @param root `/`, or the directory below which the host's /run and /proc are
 * @throws CgprepError CGP_ALREADY_RUNNING, CGP_PERMISSION
 */
export function claimHost(reader: HostReader, files: OwnFiles, root: string): Claim {
  // As the host's procfs has it: in a container that is another pid than our own.
  const self = processAt(reader, 'self');
  const other = holder(reader);
  if (other !== null && other.pid !== self?.pid) throw taken(other.pid);
  // A captured tree has no processes, and nobody to claim it from.
  if (self === null) return { lostTo: () => null };
  const path = root === '/' ? FILE : root + FILE;
  const written = files.replace(path, `${self.pid} ${self.started}\n`);
  if (refused(written)) {
    throw new CgprepError(
      'CGP_PERMISSION',
      `${path}: cannot be written (${written.errno})`,
      'Run cgprep watch as root; in a unit, with RuntimeDirectory=cgprep.',
    );
  }
  return {
    lostTo: () => {
      const now = holder(reader);
      return now === null || now.pid === self.pid ? null : now.pid;
    },
  };
}

export function taken(pid: number): CgprepError {
  return new CgprepError(
    'CGP_ALREADY_RUNNING',
    `another cgprep watch keeps this host already: PID ${pid}`,
    'Stop it first: systemctl stop cgprep-watch.service, or kill it by its PID.',
  );
}

interface Process {
  readonly pid: number;
  readonly started: string;
}

/** The process that has claimed the host and is still alive. */
function holder(reader: HostReader): Process | null {
  const file = reader.readText(FILE, LIMIT);
  if (refused(file)) return null;
  const [pid = '', started = ''] = file.text.trim().split(' ');
  if (!/^\d+$/.test(pid)) return null;
  const found = processAt(reader, pid);
  return found?.started === started ? found : null;
}

/**
 * proc_pid_stat(5): the first field, and the 22nd, the start in clock ticks since boot; the name may hold blanks.
 * A zombie, which has ended and which nobody has waited for yet, is nobody.
 */
function processAt(reader: HostReader, pid: string): Process | null {
  const file = reader.readText(`/proc/${pid}/stat`, LIMIT);
  if (refused(file)) return null;
  const fields = file.text.slice(file.text.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return started === undefined || state === 'Z' || state === 'X'
    ? null
    : { pid: Number.parseInt(file.text, 10), started };
}
