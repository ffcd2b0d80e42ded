import { realClock } from '../host/clock.ts';
import { createHastyWriter, isTerminal, writeOut } from '../host/console.ts';
import { createDoor } from '../host/door.ts';
import { createLog, isJournal } from '../host/log.ts';
import type { Log } from '../host/log.ts';
import { createReader } from '../host/reader.ts';
import { realSyscalls } from '../host/syscalls.ts';
import type { MachineFacts } from '../model/inventory.ts';
import type { RuntimeAnswer } from '../model/runtime.ts';
import { createTimers } from '../host/timers.ts';
import type {
  Cancel,
  CgroupDoor,
  Clock,
  DirectoryWatch,
  HostReader,
  Notify,
  OwnFiles,
  Serve,
  Systemd,
  Timers,
} from '../model/ports.ts';
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
  /** What a container runtime says on its socket; null where there is no such socket. */
  readonly askRuntime: (socket: string) => Promise<RuntimeAnswer | null>;
  /** What the machine says of itself beside its files, and of the filesystem of a directory. */
  readonly askMachine: (directory: string, wanted: { readonly processors: boolean }) => Promise<MachineFacts>;
  /** Writes to standard output or standard error. */
  readonly print: (fd: 1 | 2, text: string) => void;
  readonly isTerminal: () => boolean;
  /** @param manner `hasty` drops what nobody reads, `patient` waits for the reader a while */
  readonly log: (settings: Settings, manner: 'hasty' | 'patient') => Log;
  readonly timers: Timers;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly watchDirectories: (
    root: string,
    changed: (directory: string, name: string | null) => void,
  ) => Promise<DirectoryWatch>;
  readonly notify: () => Promise<Notify>;
  readonly onSignal: (name: 'SIGTERM' | 'SIGINT' | 'SIGHUP', call: () => void) => Cancel;
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
    askRuntime: async (socket) => (await import('../host/cri.ts')).askRuntime(realSyscalls, socket),
    askMachine: async (directory, wanted) =>
      (await import('../host/machine.ts')).askMachine(realSyscalls, directory, wanted),
    print,
    isTerminal: () => isTerminal(realSyscalls),
    log: (settings, manner) => {
      const patient = (line: string): void => {
        print(2, line);
      };
      const write = manner === 'hasty' ? createHastyWriter(realSyscalls, realClock) : patient;
      return createLog(settings, isJournal(realSyscalls, process.env['JOURNAL_STREAM']), write);
    },
    // libuv takes it from CLOCK_MONOTONIC, as sd_notify(3) wants it.
    timers: createTimers(() => Number(process.hrtime.bigint()) / 1e6),
    random: Math.random,
    watchDirectories: async (root, changed) =>
      (await import('../host/directory-watch.ts')).createDirectoryWatch(realSyscalls, root, changed),
    notify: async () => (await import('../host/notify.ts')).createNotify(realSyscalls, process.env, process.pid),
    onSignal: (name, call) => {
      process.on(name, call);
      return () => {
        process.off(name, call);
      };
    },
  };
}
