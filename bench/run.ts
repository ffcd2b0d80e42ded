/**
 * `npm run bench [PAIRS]`: the executable's `oneshot` against the shell script that it replaces and others, in
 * alternating pairs on this machine's real cgroup v1 tree. Needs root, and removes what it makes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacking } from '../test/support/needs.ts';
import { cleanTrees } from '../test/support/real-tree.ts';
import { contenders } from './contenders.ts';
import type { Contenders } from './contenders.ts';
import { compare } from './pairs.ts';
import type { Contender } from './pairs.ts';

const PAIRS = Number(process.argv[2] ?? 30);
/** Inside the private mount namespace: the directory with what was made outside. */
const INSIDE = process.env['CGPREP_BENCH_V2'];

function row(title: string, ours: Contender, theirs: Contender, prepare: () => void = () => undefined): void {
  const { ours: a, theirs: b, ratio, low, high } = compare(ours, theirs, PAIRS, prepare);
  console.log(
    `${title.padEnd(17)} ${ours.name.padEnd(18)} ${a.toFixed(1).padStart(6)}  ${theirs.name.padEnd(18)} ${b.toFixed(1).padStart(6)}  ratio ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
  );
}

/** Puts a file out of the page cache: posix_fadvise(POSIX_FADV_DONTNEED), by dd(1). What is running stays mapped. */
function evict(files: readonly string[]): void {
  for (const file of files)
    execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'], { stdio: 'ignore' });
}

function onV1({ oneshot, audit, nodeOneshot, empty, parse, script, mkdirs, files }: Contenders): void {
  row('everything to do', oneshot, script, cleanTrees);
  row('everything to do', oneshot, mkdirs, cleanTrees);
  execFileSync(oneshot.commands[0]?.[0] ?? '', oneshot.commands[0]?.slice(1) ?? [], { stdio: 'ignore' });
  row('nothing to do', oneshot, script);
  row('nothing to do', oneshot, mkdirs);
  row('nothing to do', oneshot, empty);
  row('nothing to do', oneshot, parse);
  row('nothing to do', oneshot, nodeOneshot);
  row('nothing to do', audit, empty);
  row('cold page cache', oneshot, script, () => {
    evict([...files.ours, ...files.theirs]);
  });
  row('cold page cache', oneshot, empty, () => {
    evict([...files.ours, ...files.empty]);
  });
}

/** The rest of the bench, where only cgroup v2 is mounted: the script finds nothing to do there. */
function onV2Only(directory: string): void {
  const mounts = 'umount -R /sys/fs/cgroup && mount -t cgroup2 cgprep-bench /sys/fs/cgroup && exec "$@"';
  const argv = ['-m', '--propagation', 'private', 'sh', '-euc', mounts, 'sh', process.execPath];
  execFileSync('unshare', [...argv, import.meta.filename, String(PAIRS)], {
    stdio: 'inherit',
    env: { ...process.env, CGPREP_BENCH_V2: directory },
  });
}

/** What `oneshot` makes on the machine's own v2 tree. */
function cleanV2(): void {
  for (const name of ['kube.slice', 'system.slice'])
    if (readdirSync('/sys/fs/cgroup').includes(name)) rmdirSync(join('/sys/fs/cgroup', name));
}

if (INSIDE !== undefined) {
  const { oneshot, script } = contenders(INSIDE);
  try {
    row('only cgroup v2', oneshot, script);
  } finally {
    cleanV2();
  }
} else {
  const missing = lacking('root', 'cgroup-v1', 'no-systemd');
  if (missing.length > 0) {
    console.log(`not run: this machine lacks ${missing.join(', ')}`);
    process.exit(0);
  }
  execFileSync('npm', ['run', '--silent', 'build:bin'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const directory = mkdtempSync(join(tmpdir(), 'cgprep-bench-'));
  try {
    cleanTrees();
    console.log(`${PAIRS} pairs each; wall time in ms, medians; ratio: median of the pairs (quartiles)\n`);
    onV1(contenders(directory));
    cleanTrees();
    onV2Only(directory);
  } finally {
    cleanTrees();
    rmSync(directory, { recursive: true, force: true });
  }
}
