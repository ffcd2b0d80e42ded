/**
 * `npm run bench:watch [-- MINUTES [PART ...]]`: what the built `watch` costs on this machine's real cgroup v1 tree,
 * and how soon it repairs. Parts: idle, idle-listen, storm, latency, soak; all by default. Needs root, and removes
 * what it makes.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, rmdirSync, utimesSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lacking } from '../test/support/needs.ts';
import { cleanTrees, v1Hierarchies } from '../test/support/real-tree.ts';
import { inWords, loadBetween, NODE_OPTIONS, startWatch } from './watched.ts';
import type { Watched } from './watched.ts';

/** How long what is just started settles before it is measured. */
const SETTLE_MS = 5000;
const UNRELATED = 5000;
const REMOVALS = 1000;
const SOAK_EVENTS = 100_000;
/** More than a resync. */
const GIVE_UP_MS = 70_000;

const minutes = Number(process.argv[2] ?? 10);
const asked = process.argv.slice(3);

const missing = lacking('root', 'cgroup-v1', 'no-systemd');
if (missing.length > 0) {
  console.log(`not run: this machine lacks ${missing.join(', ')}`);
  process.exit(0);
}

const mounts = [...new Set(v1Hierarchies().values())];
const wanted = mounts.flatMap((mount) => [join(mount, 'kube.slice'), join(mount, 'system.slice')]);
const unrelated = v1Hierarchies().get('pids') ?? '';
const directory = mkdtempSync(join(tmpdir(), 'cgprep-bench-'));
const config = join(directory, 'kubelet.yaml');
const socket = join(directory, 'metrics.sock');
const SEEN = ['--listen', `unix:${socket}`, '--textfile', join(directory, 'cgprep.prom')];

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  idle: () => idle('idle', []),
  'idle-listen': () => idle('idle, --listen scraped every 15 s, --textfile', SEEN),
  storm,
  latency,
  soak,
};

execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
copyFileSync(join(import.meta.dirname, 'kubelet-150.yaml'), config);
// A file that was written long ago, as it is at boot.
utimesSync(config, 1_700_000_000, 1_700_000_000);
try {
  console.log(
    `Node ${process.version} ${NODE_OPTIONS}, ${wanted.length} cgroups wanted in ${mounts.length} hierarchies`,
  );
  for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) await PARTS[name]?.();
} finally {
  cleanTrees();
  rmSync(directory, { recursive: true, force: true });
}

async function watching(args: readonly string[], use: (watch: Watched) => Promise<void>): Promise<void> {
  cleanTrees();
  const record = join(directory, 'record.jsonl');
  const own = ['--kubelet-config', config, '--kubelet-version', '1.36', '--record', record];
  const watch = await startWatch(join(directory, 'log'), [...own, ...args]);
  try {
    await pause(SETTLE_MS);
    await use(watch);
  } finally {
    const status = await watch.stop();
    if (status !== 0) console.log(`ended with status ${String(status)}:\n${watch.log()}`);
  }
}

async function idle(title: string, args: readonly string[]): Promise<void> {
  await watching(args, async (watch) => {
    const from = watch.cost();
    for (let seconds = 0; seconds < minutes * 60; seconds += 15) {
      await pause(15_000);
      if (args.length > 0) await scrape();
    }
    const to = watch.cost();
    console.log(`${title}, ${minutes} min: ${loadBetween(from, to).toFixed(3)} % of a core, ${inWords(to)}`);
  });
}

/** 5,000 cgroups beside the wanted ones come in half a minute and go in the next, again and again; then as fast as can be. */
async function storm(): Promise<void> {
  await watching(SEEN, async (watch) => {
    const from = watch.cost();
    for (let round = 0; round < minutes; round += 1) {
      await paced(30_000, (name) => mkdirSync(name));
      await paced(30_000, (name) => rmdirSync(name));
    }
    const to = watch.cost();
    const each = `${UNRELATED} cgroups come and go each minute for ${minutes} min`;
    console.log(`storm, ${each}: ${loadBetween(from, to).toFixed(2)} % of a core, ${inWords(to)}`);
    for (const name of names()) mkdirSync(name);
    for (const name of names()) rmdirSync(name);
    await pause(2000);
    const after = watch.cost();
    const seconds = after.cpu - to.cpu;
    console.log(
      `storm, ${2 * UNRELATED} events at once: ${seconds.toFixed(3)} s of a core, ${((seconds / (2 * UNRELATED)) * 1e6).toFixed(1)} us an event`,
    );
  });
}

function names(): string[] {
  return Array.from({ length: UNRELATED }, (_, at) => join(unrelated, `cgprep-test-storm-${at}`));
}

/** Does it to all the names, evenly within so many milliseconds. */
async function paced(ms: number, act: (name: string) => void): Promise<void> {
  const began = performance.now();
  for (const [at, name] of names().entries()) {
    act(name);
    if (at % 10 === 0) await pause(Math.max(0, began + (ms * at) / UNRELATED - performance.now()));
  }
}

/** From rmdir(2) of one of the wanted cgroups until it is there again. */
async function latency(): Promise<void> {
  await watching([], async (watch) => {
    const from = watch.cost();
    const times: number[] = [];
    for (let at = 0; at < REMOVALS; at += 1) {
      times.push(await removed(wanted[(at * 5) % wanted.length] ?? ''));
      await pause(20 + ((at * 37) % 60));
    }
    times.sort((a, b) => a - b);
    const part = (share: number): string => (times[Math.ceil(share * times.length) - 1] ?? 0).toFixed(1);
    console.log(
      `repair, ${REMOVALS} removals, ms: median ${part(0.5)}, 90 % ${part(0.9)}, 99 % ${part(0.99)}, longest ${part(1)}; ` +
        `${(((watch.cost().cpu - from.cpu) / REMOVALS) * 1000).toFixed(1)} ms of a core each`,
    );
  });
}

async function removed(path: string): Promise<number> {
  rmdirSync(path);
  const began = performance.now();
  while (!existsSync(path)) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error(`${path} was not made again`);
    await pause(0.2);
  }
  return performance.now() - began;
}

/** Nothing may grow: 100,000 events, of which each hundredth is a removal to repair, and a scrape with each thousandth. */
async function soak(): Promise<void> {
  await watching(SEEN, async (watch) => {
    const from = watch.cost();
    console.log(`soak, at the start:  ${inWords(from)}`);
    const name = join(unrelated, 'cgprep-test-soak');
    for (let event = 0; event < SOAK_EVENTS; event += 2) {
      if (event % 200 === 0) await removed(wanted[(event / 200) % wanted.length] ?? '');
      else {
        mkdirSync(name);
        rmdirSync(name);
      }
      if (event % 1000 === 0) await scrape();
      if (event % 100 === 0) await pause(10);
      if (event > 0 && event % (SOAK_EVENTS / 5) === 0)
        console.log(`soak, ${String(event).padStart(6)} events: ${inWords(watch.cost())}`);
    }
    await pause(SETTLE_MS);
    const to = watch.cost();
    console.log(`soak, ${SOAK_EVENTS} events: ${inWords(to)}; ${loadBetween(from, to).toFixed(1)} % of a core`);
  });
}

function scrape(): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ socketPath: socket, path: '/metrics', agent: false }, (response) => {
      response.resume();
      response.on('end', resolve);
    }).on('error', reject);
  });
}
