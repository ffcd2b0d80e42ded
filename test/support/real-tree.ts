import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { CapturedHost } from './captured-host.ts';
import type { Report } from '../../src/model/report.ts';

export const DIST = join(import.meta.dirname, '..', '..', 'dist', 'cgprep.cjs');

/** The program's command: the built program under this Node, or the executable that CGPREP_PROGRAM names. */
export const PROGRAM: readonly [string, ...string[]] =
  process.env['CGPREP_PROGRAM'] === undefined ? [process.execPath, DIST] : [resolve(process.env['CGPREP_PROGRAM'])];

/** The only names that tests may use on the machine's own trees. */
const OURS = /^(?:kube\.slice|system\.slice|cgprep-test.*)$/;

/** The v1 hierarchies mounted here: controller → mount point. */
export function v1Hierarchies(): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    if (!after.startsWith('cgroup ')) continue;
    const mountpoint = before.split(' ')[4] ?? '';
    for (const option of (after.split(' ').at(-1) ?? '').split(',')) {
      const name = option.replace(/^name=/, '');
      if (['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb'].includes(name))
        found.set(name, mountpoint);
    }
  }
  return found;
}

/** Removes what tests made; a process of a test's must have left before. */
export function cleanTrees(): void {
  removeNamed(OURS);
}

/** Removes the cgroups of these names, deepest first. */
export function removeNamed(ours: RegExp): void {
  for (const mountpoint of new Set(v1Hierarchies().values())) {
    for (const name of readdirSync(mountpoint)) if (ours.test(name)) removeCgroup(join(mountpoint, name));
  }
}

/** @returns false where it was gone already: others on the same machine clean up too */
export function removeCgroup(directory: string): boolean {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true }))
      if (entry.isDirectory()) removeCgroup(join(directory, entry.name));
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A directory for a test's own files, gone after `use`. */
export function withTemporary<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'cgprep-test-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lays a captured host of test/hosts out in a directory. */
export function layOut(directory: string, name: string): void {
  const { host } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'hosts', `${name}.json`), 'utf8')) as {
    host: CapturedHost;
  };
  for (const path of host.dirs) mkdirSync(join(directory, path), { recursive: true });
  for (const [path, text] of Object.entries(host.files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

/** Copies the program, with its Node if it needs one, and returns the copy's command. */
export function copyProgram(directory: string): readonly [string, ...string[]] {
  const [program, dist] = PROGRAM;
  const copy = join(directory, basename(program));
  cpSync(program, copy);
  if (dist === undefined) return [copy];
  cpSync(dirname(dist), join(directory, 'dist'), { recursive: true });
  return [copy, join(directory, 'dist', basename(dist))];
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program. */
export function cgprep(...argv: string[]): Ran {
  const [program, ...before] = PROGRAM;
  return spawnSync(program, [...before, ...argv], { encoding: 'utf8' });
}

export function reportOf({ stdout }: Ran): Report {
  return JSON.parse(stdout) as Report;
}

/** Runs a script in a mount namespace of its own: whatever it mounts is gone with it. `"$@"` is the program's command. */
export function inPrivateMounts(script: string): Ran {
  const shell = ['-m', '--propagation', 'private', 'sh', '-euc', script, 'sh', ...PROGRAM];
  return spawnSync('unshare', shell, { encoding: 'utf8' });
}

export function buildOnce(): void {
  if (!existsSync(DIST))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: join(import.meta.dirname, '..', '..') });
}

/** A kubelet configuration file, whole and not just written. */
export function writeConfig(directory: string, text: string): string {
  const path = join(directory, 'kubelet.yaml');
  writeFileSync(path, text);
  execFileSync('touch', ['-d', '2020-01-01', path]);
  return path;
}
