/** Where `watch` is measured: a configuration and cgroups of the bench's own, and a `watch` that keeps them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeCgroup, removeNamed, v1Hierarchies } from '../test/support/real-tree.ts';
import { startWatch } from './watched.ts';
import type { Watched } from './watched.ts';

/** How long what is just started settles before it is measured. */
export const SETTLE_MS = 5000;
/** More than a resync. */
const GIVE_UP_MS = 70_000;
/** Not the usual names: those of the machine, of the tests and of another bench stay as they are. */
const OWN = `cgprep-test-bench-${process.pid}-`;
const [KUBE, SYSTEM] = [`/${OWN}kube`, `/${OWN}system`];
const KUBELET = readFileSync(join(import.meta.dirname, 'kubelet-150.yaml'), 'utf8')
  .replace('/kube.slice', KUBE)
  .replace('/system.slice', SYSTEM);

export const hierarchies = v1Hierarchies();
export const mounts = [...new Set(hierarchies.values())];
/** The cgroups that the configuration asks for. */
export const wanted = mounts.flatMap((mount) => [mount + KUBE, mount + SYSTEM]);

const directory = mkdtempSync(join(tmpdir(), 'cgprep-bench-'));
const config = join(directory, 'kubelet.yaml');
const socket = join(directory, 'metrics.sock');
/** The options by which others see `watch`; `metrics()` needs them. */
export const SEEN = ['--listen', `unix:${socket}`, '--textfile', join(directory, 'cgprep.prom')];

/** A cgroup that nobody asked for, beside those wanted. */
export function unrelated(name: string): string {
  return join(hierarchies.get('pids') ?? '', OWN + name);
}

/** Writes the kubelet's configuration. @param changed with another size of one reservation */
export function writeConfig(changed = false): void {
  writeFileSync(config, changed ? KUBELET.replace('memory: 512Mi', 'memory: 513Mi') : KUBELET);
}

export function cleanUp(): void {
  removeNamed(new RegExp(`^${OWN}`));
  rmSync(directory, { recursive: true, force: true });
}

export async function watching(args: readonly string[], use: (watch: Watched) => Promise<void>): Promise<void> {
  removeNamed(new RegExp(`^${OWN}`));
  writeConfig();
  // A file that was written long ago, as it is at boot.
  utimesSync(config, 1_700_000_000, 1_700_000_000);
  const record = join(directory, 'record.jsonl');
  const watch = await startWatch([
    '--kubelet-config',
    config,
    '--kubelet-version',
    '1.36',
    '--record',
    record,
    ...args,
  ]);
  try {
    await pause(SETTLE_MS);
    await use(watch);
  } finally {
    const status = await watch.stop();
    if (status !== 0) console.log(`ended with status ${String(status)}:\n${watch.log()}`);
  }
}

/** From rmdir(2) of one of the wanted cgroups until it is there again, ms; null where somebody else removed it first. */
export async function removed(path: string): Promise<number | null> {
  if (!removeCgroup(path)) return null;
  const began = performance.now();
  while (!existsSync(path)) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error(`${path} was not made again`);
    await pause(0.2);
  }
  return performance.now() - began;
}

/** The metrics of a `watch` with SEEN, by name and labels as they are written. */
export function metrics(): Promise<ReadonlyMap<string, number>> {
  return new Promise((resolve, reject) => {
    get({ socketPath: socket, path: '/metrics', agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => {
        const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        resolve(new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))])));
      });
    }).on('error', reject);
  });
}

/** The value below which this share of the sorted numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * numbers.length) - 1)] ?? Number.NaN;
}
