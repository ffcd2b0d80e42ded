/** A `cgprep watch` that runs, and what it costs. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startWatch as start } from '../test/support/watching.ts';

export interface Cost {
  readonly rssMiB: number;
  readonly anonMiB: number;
  /** Seconds of a core, all threads, since the start of the process. */
  readonly cpu: number;
  readonly fds: number;
  readonly inotifyWatches: number;
  /** CLOCK_MONOTONIC, seconds. */
  readonly at: number;
}

export interface Watched {
  readonly cost: () => Cost;
  /** Seconds of a core, all threads, since the start of the process. */
  readonly cpu: () => number;
  readonly log: () => string;
  /** SIGHUP: settings and configuration are read again. */
  readonly reload: () => void;
  readonly stop: () => Promise<number | string | null>;
}

/** As systemd/cgprep-watch.service has it, so that what is measured is what is installed. */
function unitOptions(): string {
  const unit = readFileSync(join(import.meta.dirname, '..', 'systemd', 'cgprep-watch.service'), 'utf8');
  const options = /^Environment="NODE_OPTIONS=(.+)"$/m.exec(unit)?.[1];
  if (options === undefined) throw new Error('the unit has no NODE_OPTIONS');
  return options;
}

export const NODE_OPTIONS = unitOptions();

/** One instance keeps a host. This one has names of its own, and does not ask who else runs here: a /run/cgprep of its own. */
const PRIVATE = 'mkdir -p /run/cgprep && mount -t tmpfs cgprep-test /run/cgprep && exec "$@"';
const OWN_CLAIM = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', PRIVATE, 'sh'];

/** Starts the program, and waits until it says that the host is ready. */
export async function startWatch(args: readonly string[]): Promise<Watched> {
  const { child, log, ended } = start(['--log-format', 'text', ...args], OWN_CLAIM, { NODE_OPTIONS });
  const stop = (): Promise<number | string | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  for (let waits = 0; !log().includes('ready: the kubelet would start'); waits += 1) {
    if (waits > 100 || child.exitCode !== null) {
      await stop();
      throw new Error(`watch is not ready:\n${log()}`);
    }
    await pause(100);
  }
  return {
    cost: () => costOf(child),
    cpu: () => cpuOf(child),
    log,
    reload: () => {
      child.kill('SIGHUP');
    },
    stop,
  };
}

/** The first word of schedstat is the time on a core in nanoseconds; utime and stime of stat count ticks. */
function cpuOf({ pid }: ChildProcess): number {
  const tasks = `/proc/${String(pid)}/task`;
  const times = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, ns) => sum + ns, 0) / 1e9;
}

function costOf(child: ChildProcess): Cost {
  if (child.exitCode !== null) throw new Error(`watch has ended with status ${child.exitCode}`);
  const proc = `/proc/${String(child.pid)}`;
  const status = readFileSync(`${proc}/status`, 'utf8');
  const mib = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  const fds = readdirSync(`${proc}/fdinfo`);
  const inotifyWatches = fds
    .map((fd) => infoOf(`${proc}/fdinfo/${fd}`).split('\n'))
    .reduce((sum, lines) => sum + lines.filter((line) => line.startsWith('inotify wd:')).length, 0);
  return {
    rssMiB: mib('VmRSS'),
    anonMiB: mib('RssAnon'),
    cpu: cpuOf(child),
    fds: fds.length,
    inotifyWatches,
    at: performance.now() / 1000,
  };
}

/** A file that a pass has just closed has none. */
function infoOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Per cent of one core between two moments. */
export function loadBetween(from: Cost, to: Cost): number {
  return ((to.cpu - from.cpu) / (to.at - from.at)) * 100;
}

/** `52.1 MiB resident (12.3 anonymous), 24 fds, 17 inotify watches`. */
export function inWords({ rssMiB, anonMiB, fds, inotifyWatches }: Cost): string {
  return `${rssMiB.toFixed(1)} MiB resident (${anonMiB.toFixed(1)} anonymous), ${fds} fds, ${inotifyWatches} inotify watches`;
}
