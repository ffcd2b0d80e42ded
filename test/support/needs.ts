import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * What a test needs of the machine. A test that cannot run is skipped under a name
 * that says what it lacks; `.ci/run` fails if it could have run there.
 */
const NEEDS = {
  root: () => process.getuid?.() === 0,
  'cgroup-v1': () =>
    ['cpu', 'cpuset', 'memory', 'pids'].every((name) => v1Mounts().some((options) => options.includes(name))),
  'no-systemd': () => !existsSync('/run/systemd/system'),
  containerd: () => spawnSync('containerd', ['--version']).status === 0,
  promtool: () => spawnSync('promtool', ['--version']).status === 0,
  'systemd-notify': () => spawnSync('systemd-notify', ['--version']).status === 0,
  strace: () => spawnSync('strace', ['-V']).status === 0,
  ...programs(
    'buildah',
    'crun',
    'dpkg-deb',
    'fish',
    'groff',
    'lintian',
    'mandoc',
    'mmdebstrap',
    'rpm',
    'rpmlint',
    'zsh',
  ),
  packages: () => existsSync(join(import.meta.dirname, '..', '..', 'dist', 'SHA256SUMS')),
  executable: () => existsSync(join(import.meta.dirname, '..', '..', 'dist', 'cgprep-linux-x64')),
} as const;

export type Need = keyof typeof NEEDS;

/** The needs that this machine does not meet. */
export function lacking(...needs: readonly Need[]): Need[] {
  return needs.filter((need) => !NEEDS[need]());
}

/** A suffix for the name of a test that is skipped. */
export function because(missing: readonly Need[]): string {
  return missing.length === 0 ? '' : ` [needs ${missing.join(', ')}]`;
}

/** Programs of Debian's packages, each a need of its own name. */
function programs<Name extends string>(...names: readonly Name[]): Record<Name, () => boolean> {
  const isThere = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  return Object.fromEntries(names.map((name) => [name, () => isThere(name)])) as Record<Name, () => boolean>;
}

function v1Mounts(): string[][] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => line.includes(' - cgroup ')).map((line) => (line.split(' ').at(-1) ?? '').split(','));
}
