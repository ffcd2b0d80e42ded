/** Nothing may grow: `watch` in use for a while, and what it holds at the start, meanwhile and at the end. */
import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { removeCgroup } from '../test/support/real-tree.ts';
import { metrics, quantile, removed, SEEN, SETTLE_MS, unrelated, wanted, watching, writeConfig } from './scene.ts';
import { inWords, loadBetween } from './watched.ts';
import type { Cost, Watched } from './watched.ts';

const SAMPLE_MS = 5000;
const SCRAPE_MS = 15_000;
/** Cgroups that nobody asked for, which are made at once, and removed at once at the next turn. */
const STRANGERS = Array.from({ length: 200 }, (_, at) => unrelated(`stranger-${at}`));
/** How often all wanted cgroups are removed as soon as they are back. */
const STORM_ROUNDS = 10;

interface Done {
  /** Milliseconds until what was removed by itself was back, and what was removed in a storm. */
  readonly single: number[];
  readonly stormy: number[];
  strangers: number;
  storms: number;
  rewritten: number;
  reloads: number;
}

/**
 * Wanted cgroups are removed all the time, one by one at random and now and then all again and again; others come and
 * go; the configuration is rewritten, and read again on SIGHUP; somebody scrapes.
 */
export async function soak(minutes: number): Promise<void> {
  await watching(SEEN, async (watch) => {
    const samples: Cost[] = [watch.cost()];
    const done: Done = { single: [], stormy: [], strangers: 0, storms: 0, rewritten: 0, reloads: 0 };
    const end = performance.now() + minutes * 60_000;
    const sampling = setInterval(() => {
      samples.push(watch.cost());
      if (samples.length % 12 === 0)
        say(`${done.single.length + done.stormy.length} removed, ${inWords(watch.cost())}`);
    }, SAMPLE_MS);
    const scraping = setInterval(() => void metrics(), SCRAPE_MS);
    const kinds = [
      occasionally(20, () => strangers(done)),
      occasionally(60, () => storm(done)),
      occasionally(45, () => {
        done.rewritten += 1;
        writeConfig(done.rewritten % 2 === 1);
      }),
      occasionally(90, () => {
        done.reloads += 1;
        watch.reload();
      }),
    ];
    while (performance.now() < end) {
      const ms = await removed(oneOf(wanted));
      if (ms !== null) done.single.push(ms);
      for (const kind of kinds) await kind();
      await pause(400 * Math.random());
    }
    clearInterval(sampling);
    clearInterval(scraping);
    await tell(watch, minutes, samples, done);
  });
}

/** Does it about each so many seconds, at random. */
function occasionally(seconds: number, act: () => void | Promise<void>): () => Promise<void> {
  const wait = (): number => performance.now() + seconds * 1000 * (0.5 + Math.random());
  let next = wait();
  return async () => {
    if (performance.now() < next) return;
    next = wait();
    await act();
  };
}

function strangers(done: Done): void {
  const present = STRANGERS.filter((path) => existsSync(path));
  if (present.length === 0) for (const path of STRANGERS) mkdirSync(path);
  else for (const path of present) removeCgroup(path);
  done.strangers += STRANGERS.length;
}

async function storm(done: Done): Promise<void> {
  done.storms += 1;
  for (let round = 0; round < STORM_ROUNDS; round += 1) {
    const times = await Promise.all(wanted.map(removed));
    done.stormy.push(...times.filter((ms) => ms !== null));
  }
}

function oneOf(paths: readonly string[]): string {
  return paths[Math.floor(Math.random() * paths.length)] ?? '';
}

async function tell(watch: Watched, minutes: number, samples: readonly Cost[], done: Done): Promise<void> {
  const { single, stormy, strangers: others, storms, rewritten, reloads } = done;
  say(
    `${minutes} min: ${single.length} removed by themselves, ${stormy.length} in ${storms} storms, ` +
      `${others} others made or removed, ${rewritten} times rewritten, ${reloads} SIGHUP`,
  );
  latency('by itself', single);
  latency('in a storm', stormy);
  const row = (name: string, of: (one: Cost) => number, digits = 0): void => {
    const all = samples.map(of);
    const shown = [all[0] ?? 0, quantile(all, 0.5), Math.max(...all), all.at(-1) ?? 0].map((one) =>
      one.toFixed(digits),
    );
    say(`${name}: first ${shown[0]}, median ${shown[1]}, peak ${shown[2]}, last ${shown[3]}`);
  };
  row('resident MiB', ({ rssMiB }) => rssMiB, 1);
  row('anonymous MiB', ({ anonMiB }) => anonMiB, 1);
  row('fds', ({ fds }) => fds);
  row('inotify watches', ({ inotifyWatches }) => inotifyWatches);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first !== undefined && last !== undefined) say(`processor: ${loadBetween(first, last).toFixed(2)} % of a core`);
  say(`resident, second half: ${slope(samples.slice(samples.length / 2)).toFixed(2)} MiB an hour`);
  const quarter = Math.ceil(samples.length / 4);
  const least = [0, 1, 2, 3].map((nth) =>
    samples.slice(nth * quarter, (nth + 1) * quarter).map(({ rssMiB }) => rssMiB),
  );
  say(`resident MiB, least in each quarter: ${least.map((all) => Math.min(...all).toFixed(1)).join(', ')}`);
  await pause(SETTLE_MS);
  say(`after ${SETTLE_MS / 1000} s of rest: ${inWords(watch.cost())}`);
}

function latency(how: string, times: readonly number[]): void {
  const ms = (share: number): string => quantile(times, share).toFixed(1);
  say(`${how}, back after, ms: median ${ms(0.5)}, 99 % ${ms(0.99)}, 99.9 % ${ms(0.999)}, longest ${ms(1)}`);
}

/** The slope of the straight line through the samples, least squares; MiB of resident memory an hour. */
function slope(samples: readonly Cost[]): number {
  const mean = (of: (one: Cost) => number): number => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [at, rss] = [mean((one) => one.at), mean((one) => one.rssMiB)];
  const both = mean((one) => (one.at - at) * (one.rssMiB - rss));
  return (both / mean((one) => (one.at - at) ** 2)) * 3600;
}

function say(text: string): void {
  console.log(`soak, ${text}`);
}
