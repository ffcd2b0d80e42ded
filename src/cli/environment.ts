import { realClock } from '../host/clock.ts';
import { isTerminal, writeOut } from '../host/console.ts';
import { createDoor } from '../host/door.ts';
import { createLog, isJournal } from '../host/log.ts';
import type { Log } from '../host/log.ts';
import { createReader } from '../host/reader.ts';
import { realSyscalls } from '../host/syscalls.ts';
import type { CgroupDoor, Clock, HostReader, OwnFiles, Serve, Systemd } from '../model/ports.ts';
import type { ProcessUsage } from '../model/metrics.ts';
import type { Settings } from '../model/settings.ts';

/** Everything through which a command touches the world; tests hand in their own. */
export interface Environment {
  readonly cgprepVersion: string;
  /** The process's environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A reader of the host below a root. */
  readonly reader: (root: string) => HostReader;
  readonly door: (root: string) => CgroupDoor;
  /** cgprep's own files, on the machine that it runs on whatever `--root` is. */
  readonly ownFiles: () => Promise<OwnFiles>;
  readonly server: () => Promise<Serve>;
  readonly usage: () => ProcessUsage;
  /** The manager of the root that we run in. */
  readonly systemd: () => Promise<Systemd>;
  /** What a kubelet's own binary says its version is; null where it is not trusted or does not answer. */
  readonly kubeletVersion: (program: string) => Promise<string | null>;
  /** Writes to standard output or standard error. */
  readonly print: (fd: 1 | 2, text: string) => void;
  readonly isTerminal: () => boolean;
  readonly log: (settings: Settings) => Log;
}

declare const __CGPREP_VERSION__: string | undefined;

export function realEnvironment(): Environment {
  const print = (fd: 1 | 2, text: string): void => {
    writeOut(realSyscalls, realClock, fd, text);
  };
  return {
    // The bundler puts the version in; from the source it is a development build.
    cgprepVersion: typeof __CGPREP_VERSION__ === 'string' ? __CGPREP_VERSION__ : '0.0.0-source',
    variables: process.env,
    clock: realClock,
    reader: (root) => createReader(realSyscalls, root),
    door: (root) => createDoor(realSyscalls, root),
    ownFiles: async () => (await import('../host/own-files.ts')).createOwnFiles(realSyscalls),
    server: async () => (await import('../host/metrics-server.ts')).createServe(realSyscalls),
    usage: () => {
      const { user, system } = process.cpuUsage();
      // Without the one that the listing itself has open.
      const openFds = realSyscalls.readdir('/proc/self/fd').length - 1;
      return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6, openFds };
    },
    systemd: async () => (await import('../host/systemctl.ts')).createSystemctl(),
    kubeletVersion: async (program) => (await import('../host/kubelet-binary.ts')).askKubelet(realSyscalls, program),
    print,
    isTerminal: () => isTerminal(realSyscalls),
    log: (settings) => {
      return createLog(settings, isJournal(realSyscalls, process.env['JOURNAL_STREAM']), (line) => {
        print(2, line);
      });
    },
  };
}
