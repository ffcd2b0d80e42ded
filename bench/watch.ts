/**
 * `npm run bench:watch [-- MINUTES [PART ...]]`: what `watch` costs on this machine's real cgroup v1 tree, and how soon
 * it repairs: the built program under Node, or the executable that CGPREP_PROGRAM names. Parts: idle, idle-listen,
 * pass, storm, latency, soak; all by default. Needs root, and removes what it makes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lacking } from '../test/support/needs.ts';
import { isAbsent, removeCgroup } from '../test/support/real-tree.ts';
import {
  cleanUp,
  hierarchies,
  metrics,
  mounts,
  quantile,
  removed,
  SEEN,
  unrelated,
  wanted,
  watching,
} from './scene.ts';
import { soak } from './soak.ts';
import { inWords, loadBetween, NODE_OPTIONS } from './watched.ts';

const UNRELATED = 5000;
const REMOVALS = 1000;
const PASSES = 500;
/** A pass is over by then, however slowly `watch` answers to events that lead to nothing. */
const PASSED_MS = 80;

const minutes = Number(process.argv[2] ?? 10);
const asked = process.argv.slice(3);

const missing = lacking('root', 'cgroup-v1', 'no-systemd');
if (missing.length > 0) {
  console.log(`not run: this machine lacks ${missing.join(', ')}`);
  process.exit(0);
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  idle: () => idle('idle', []),
  'idle-listen': () => idle('idle, --listen scraped every 15 s, --textfile', SEEN),
  pass,
  storm,
  latency,
  soak: () => soak(minutes),
};

const executable = process.env['CGPREP_PROGRAM'];
if (executable === undefined)
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
try {
  const program = executable ?? `Node ${process.version}`;
  console.log(`${program} ${NODE_OPTIONS}, ${wanted.length} cgroups wanted in ${mounts.length} hierarchies`);
  for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) await PARTS[name]?.();
} finally {
  cleanUp();
}

async function idle(title: string, args: readonly string[]): Promise<void> {
  await watching(args, async (watch) => {
    const from = watch.cost();
    for (let seconds = 0; seconds < minutes * 60; seconds += 15) {
      await pause(15_000);
      if (args.length > 0) await metrics();
    }
    const to = watch.cost();
    console.log(`${title}, ${minutes} min: ${loadBetween(from, to).toFixed(3)} % of a core, ${inWords(to)}`);
  });
}

/**
 * A pass that finds nothing to do: a file of a wanted cgroup is written with what it holds, which wakes `watch`. The
 * time is the program's own metric; the processor's is of all from the event to the rest after it.
 */
async function pass(): Promise<void> {
  await watching(SEEN, async (watch) => {
    const cpu = hierarchies.get('cpu') ?? '';
    const file = join(wanted.find((path) => path.startsWith(cpu)) ?? '', 'cpu.shares');
    const shares = readFileSync(file, 'utf8');
    const [wall, core]: [number[], number[]] = [[], []];
    const passes = (from: ReadonlyMap<string, number>): number => from.get('cgprep_passes_total{result="good"}') ?? 0;
    let before = await metrics();
    while (wall.length < PASSES) {
      await pause(PASSED_MS / 2);
      const from = watch.cpu();
      touch(file, shares);
      await pause(PASSED_MS);
      const spent = watch.cpu() - from;
      const after = await metrics();
      if (passes(after) === passes(before) + 1) {
        wall.push((after.get('cgprep_pass_duration_seconds') ?? Number.NaN) * 1000);
        core.push(spent * 1000);
      }
      before = after;
    }
    const warm = (all: readonly number[]): string => {
      const part = (share: number): string => quantile(all.slice(PASSES / 5), share).toFixed(2);
      return `median ${part(0.5)} (quartiles ${part(0.25)} to ${part(0.75)})`;
    };
    console.log(`a pass with nothing to do, ms: ${warm(wall)}; of a core, with its event: ${warm(core)}`);
  });
}

/** Writes a file of a cgroup, unless it is just not there: tests on the same machine clean up. */
function touch(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** 5,000 cgroups beside the wanted ones come in half a minute and go in the next, again and again; then as fast as can be. */
async function storm(): Promise<void> {
  await watching(SEEN, async (watch) => {
    const from = watch.cost();
    for (let round = 0; round < minutes; round += 1) {
      await paced(30_000, (name) => mkdirSync(name));
      await paced(30_000, removeCgroup);
    }
    const to = watch.cost();
    const each = `${UNRELATED} cgroups come and go each minute for ${minutes} min`;
    console.log(`storm, ${each}: ${loadBetween(from, to).toFixed(2)} % of a core, ${inWords(to)}`);
    for (const name of names()) mkdirSync(name);
    for (const name of names()) removeCgroup(name);
    await pause(2000);
    const after = watch.cost();
    const seconds = after.cpu - to.cpu;
    console.log(
      `storm, ${2 * UNRELATED} events at once: ${seconds.toFixed(3)} s of a core, ${((seconds / (2 * UNRELATED)) * 1e6).toFixed(1)} us an event`,
    );
  });
}

function names(): string[] {
  return Array.from({ length: UNRELATED }, (_, at) => unrelated(`storm-${at}`));
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
      const ms = await removed(wanted[(at * 5) % wanted.length] ?? '');
      if (ms !== null) times.push(ms);
      await pause(20 + ((at * 37) % 60));
    }
    const part = (share: number): string => quantile(times, share).toFixed(1);
    console.log(
      `repair, ${times.length} removals, ms: median ${part(0.5)}, 90 % ${part(0.9)}, 99 % ${part(0.99)}, longest ${part(1)}; ` +
        `${(((watch.cost().cpu - from.cpu) / times.length) * 1000).toFixed(1)} ms of a core each`,
    );
  });
}
