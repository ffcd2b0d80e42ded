/** A `cgprep watch` that runs, and what it costs. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DIST } from '../test/support/real-tree.ts';

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
  readonly log: () => string;
  readonly stop: () => Promise<number | null>;
}

/** As systemd/cgprep-watch.service has it, so that what is measured is what is installed. */
function unitOptions(): string {
  const unit = readFileSync(join(import.meta.dirname, '..', 'systemd', 'cgprep-watch.service'), 'utf8');
  const options = /^Environment="NODE_OPTIONS=(.+)"$/m.exec(unit)?.[1];
  if (options === undefined) throw new Error('the unit has no NODE_OPTIONS');
  return options;
}

export const NODE_OPTIONS = unitOptions();

/** Starts the built program, and waits until it says that the host is ready. */
export async function startWatch(logFile: string, args: readonly string[]): Promise<Watched> {
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [DIST, 'watch', '--log-format', 'text', ...args], {
    stdio: ['ignore', 'ignore', log],
    env: { ...process.env, NODE_OPTIONS },
  });
  closeSync(log);
  const text = (): string => readFileSync(logFile, 'utf8');
  for (let waits = 0; !text().includes('ready: the kubelet would start'); waits += 1) {
    if (waits > 100 || child.exitCode !== null) {
      await end(child);
      throw new Error(`watch is not ready:\n${text()}`);
    }
    await pause(100);
  }
  return { cost: () => costOf(child), log: text, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode;
}

function costOf({ pid, exitCode }: ChildProcess): Cost {
  if (exitCode !== null) throw new Error(`watch has ended with status ${exitCode}`);
  const proc = `/proc/${String(pid)}`;
  const status = readFileSync(`${proc}/status`, 'utf8');
  const mib = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  // The first word of schedstat is the time on a core in nanoseconds; utime and stime of stat count ticks.
  const cpu = readdirSync(`${proc}/task`)
    .map((thread) => Number(readFileSync(`${proc}/task/${thread}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, ns) => sum + ns, 0);
  const fds = readdirSync(`${proc}/fdinfo`);
  const inotifyWatches = fds
    .map((fd) => readFileSync(`${proc}/fdinfo/${fd}`, 'utf8').split('\n'))
    .reduce((sum, lines) => sum + lines.filter((line) => line.startsWith('inotify wd:')).length, 0);
  return {
    rssMiB: mib('VmRSS'),
    anonMiB: mib('RssAnon'),
    cpu: cpu / 1e9,
    fds: fds.length,
    inotifyWatches,
    at: performance.now() / 1000,
  };
}

/** Per cent of one core between two moments. */
export function loadBetween(from: Cost, to: Cost): number {
  return ((to.cpu - from.cpu) / (to.at - from.at)) * 100;
}

/** `52.1 MiB (12.3 anonymous), 24 fds, 17 inotify watches`. */
export function inWords({ rssMiB, anonMiB, fds, inotifyWatches }: Cost): string {
  return `${rssMiB.toFixed(1)} MiB resident (${anonMiB.toFixed(1)} anonymous), ${fds} fds, ${inotifyWatches} inotify watches`;
}
