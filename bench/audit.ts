/**
 * `npm run bench:audit [RUNS]`: the built `audit`, or that of the executable that CGPREP_PROGRAM names, on this machine
 * as it is, and with 10,000 more cgroups in the pids hierarchy and 5,000 more processes. Needs root and cgroup v1, and
 * removes what it makes, after a failure too.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacking } from '../test/support/needs.ts';
import { cleanTrees, PROGRAM, v1Hierarchies } from '../test/support/real-tree.ts';

const RUNS = Number(process.argv[2] ?? 15);
const PROCESSES = 5000;
const [PARENTS, CHILDREN] = [100, 99];

const missing = lacking('root', 'cgroup-v1');
const pids = v1Hierarchies().get('pids');
if (missing.length > 0 || pids === undefined) {
  console.log(`not run: this machine lacks ${missing.length > 0 ? missing.join(', ') : 'the pids hierarchy'}`);
  process.exit(0);
}

if (process.env['CGPREP_PROGRAM'] === undefined)
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
const directory = mkdtempSync(join(tmpdir(), 'cgprep-bench-'));
const hook = join(directory, 'hook.cjs');
// The peak of the resident memory, by getrusage(2), behind the report on standard output.
const told = '`maxrss ${process.resourceUsage().maxRSS}`';
writeFileSync(hook, `process.on('exit', () => require('node:fs').writeSync(2, ${told}));`);
const env = { ...process.env, NODE_OPTIONS: `--require ${hook}`, BUN_OPTIONS: `--preload ${hook}` };

let sleepers: ChildProcess | undefined;
function cleanUp(): void {
  if (sleepers?.pid !== undefined) process.kill(-sleepers.pid, 'SIGKILL');
  sleepers = undefined;
  cleanTrees();
  rmSync(directory, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
}

try {
  console.log(`${PROGRAM.join(' ')}, ${RUNS} runs; medians (quartiles)`);
  measure('the machine as it is');
  makeCgroups(join(pids, 'cgprep-test-big'));
  measure('and 10,000 cgroups');
  sleepers = await startSleepers();
  measure('and 5,000 processes');
} finally {
  cleanUp();
}

function makeCgroups(top: string): void {
  mkdirSync(top);
  for (let parent = 0; parent < PARENTS; parent += 1) {
    const path = join(top, String(parent));
    mkdirSync(path);
    for (let child = 0; child < CHILDREN; child += 1) mkdirSync(join(path, String(child)));
  }
}

/** One shell's children in a process group of their own, so that one signal ends them; after ten minutes they end anyway. */
async function startSleepers(): Promise<ChildProcess> {
  const script = `i=0; while [ $i -lt ${PROCESSES} ]; do sleep 600 & i=$((i+1)); done; echo ready; wait`;
  const shell = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  sleepers = shell;
  await once(shell.stdout, 'data');
  return shell;
}

function measure(title: string): void {
  const [program, ...before] = PROGRAM;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
  const times: number[] = [];
  const memories: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const begun = performance.now();
    const { status, stderr } = spawnSync(program, [...before, 'audit', '-o', 'json'], { encoding: 'utf8', env });
    times.push(performance.now() - begun);
    const memory = /maxrss (\d+)/.exec(stderr)?.[1];
    if (memory === undefined) throw new Error(`audit ended with ${String(status)}: ${stderr}`);
    memories.push(Number(memory) / 1024);
  }
  const words = `${spread(times)} ms, resident at most ${spread(memories)} MiB`;
  console.log(`${title.padEnd(22)} (${processes} processes) ${words}`);
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0);
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
}
