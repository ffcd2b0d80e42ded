/**
 * `npm run bench`: the built `oneshot` against the shell script that it replaces, in
 * alternating pairs on this machine's real cgroup v1 tree. Needs root, and removes
 * what it makes.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacking } from '../test/support/needs.ts';
import { DIST, cleanTrees } from '../test/support/real-tree.ts';
import { compare } from './pairs.ts';
import type { Contender } from './pairs.ts';

const PAIRS = Number(process.argv[2] ?? 30);

const missing = lacking('root', 'cgroup-v1', 'no-systemd');
if (missing.length > 0) {
  console.log(`not run: this machine lacks ${missing.join(', ')}`);
  process.exit(0);
}

execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
const directory = mkdtempSync(join(tmpdir(), 'cgprep-bench-'));
try {
  const config = join(directory, 'kubelet.yaml');
  copyFileSync(join(import.meta.dirname, 'kubelet-150.yaml'), config);
  // A file that was written long ago, as it is at boot.
  utimesSync(config, 1_700_000_000, 1_700_000_000);
  const empty = join(directory, 'empty.cjs');
  writeFileSync(empty, '');

  const node = process.execPath;
  const oneshot: Contender = {
    name: 'cgprep oneshot',
    command: node,
    args: [DIST, 'oneshot', '--kubelet-config', config, '--kubelet-version', '1.36'],
  };
  const audit: Contender = {
    name: 'cgprep audit -o json',
    command: node,
    args: [DIST, 'audit', '-o', 'json', '--kubelet-config', config, '--kubelet-version', '1.36'],
  };
  const script: Contender = { name: 'kubelet-cg.sh', command: join(import.meta.dirname, 'kubelet-cg.sh'), args: [] };
  const nothing: Contender = { name: 'empty program', command: node, args: [empty] };

  console.log(
    `Node ${process.version}, ${PAIRS} pairs each; wall time in ms, medians; ratio: median of the pairs (quartiles)\n`,
  );
  const row = (title: string, ours: Contender, theirs: Contender, prepare: () => void): void => {
    const { ours: a, theirs: b, ratio, low, high } = compare(ours, theirs, PAIRS, prepare);
    console.log(
      `${title.padEnd(22)} ${ours.name} ${a.toFixed(1)}  ${theirs.name} ${b.toFixed(1)}  ratio ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
  };
  cleanTrees();
  row('everything to do', oneshot, script, cleanTrees);
  execFileSync(oneshot.command, oneshot.args, { stdio: 'ignore' });
  row('nothing to do', oneshot, script, () => undefined);
  row('over an empty program', oneshot, nothing, () => undefined);
  row('audit', audit, nothing, () => undefined);
} finally {
  cleanTrees();
  rmSync(directory, { recursive: true, force: true });
}
