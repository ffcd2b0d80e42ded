import { execFileSync, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTICES } from '../../build/package/contents.ts';
import type { Report } from '../../src/model/report.ts';
import { because, lacking } from '../support/needs.ts';

const TOP = join(import.meta.dirname, '..', '..');
const EXECUTABLE = join(TOP, 'dist', 'cgprep-linux-x64');

interface Mount {
  readonly destination: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** The Dockerfile, built without an engine and without a registry, and run by crun. */
const missing = lacking('root', 'executable', 'buildah', 'crun', 'mmdebstrap');
describe.skipIf(missing.length > 0)(`the container image${because(missing)}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'cgprep-test-image-'));
  const store = ['--root', join(directory, 'store'), '--runroot', join(directory, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...argv: string[]): string =>
    execFileSync('buildah', [...store, ...argv], { cwd: TOP, encoding: 'utf8', stdio: 'pipe' }).trim();
  const HOST = join(directory, 'host');
  let rootfs = '';

  beforeAll(() => {
    mkdirSync(HOST);
    // Stands in for the registry's debian:12-slim.
    const debian = join(directory, 'debian.tar');
    execFileSync('mmdebstrap', ['--quiet', '--variant=essential', 'bookworm', debian], { stdio: 'pipe' });
    const base = buildah('from', 'scratch');
    buildah('add', base, debian, '/');
    buildah('commit', '--quiet', base, 'localhost/debian');
    buildah('rm', base);
    const options = ['--isolation', 'chroot', '--pull-never', '--build-arg', 'DEBIAN=localhost/debian'];
    buildah('bud', ...options, '-t', 'localhost/cgprep', '.');
    rootfs = buildah('mount', buildah('from', '--pull-never', 'localhost/cgprep'));
  });
  afterAll(() => {
    buildah('umount', '--all');
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs it as Kubernetes would: no capabilities, a root directory that is read-only, namespaces of its own. */
  const run = (uid: number, args: readonly string[], mounts: readonly Mount[]): SpawnSyncReturns<string> => {
    const bundle = mkdtempSync(join(directory, 'bundle-'));
    execFileSync('crun', ['spec'], { cwd: bundle });
    const spec = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as {
      mounts: { destination: string }[];
      process: object;
    };
    const own = spec.mounts.filter(({ destination }) => destination === '/proc' || destination === '/dev');
    writeFileSync(
      join(bundle, 'config.json'),
      JSON.stringify({
        ...spec,
        root: { path: rootfs, readonly: true },
        mounts: [...own, ...mounts.map((mount) => ({ ...mount, type: 'bind' }))],
        process: {
          ...spec.process,
          terminal: false,
          user: { uid, gid: uid },
          args,
          env: [],
          capabilities: {},
          noNewPrivileges: true,
        },
        linux: { namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
      }),
    );
    // crun will not have the hybrid mode: it gets to see a tree without v2, and the container the whole one. No cgroup
    // is made for it.
    const commands = [
      `mount --rbind / ${HOST}`,
      'umount /sys/fs/cgroup/unified 2>/dev/null || true',
      `exec crun --cgroup-manager=disabled run -b ${bundle} cgprep-test`,
    ];
    return spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-ec', commands.join('\n')], {
      encoding: 'utf8',
    });
  };

  it('has the program, cp, mv and libraries, and nothing to log in to', () => {
    const find = ['.', '-type', 'f', '-not', '-path', './usr/share/*', '-printf', '%P\\n'];
    const files = execFileSync('find', find, { cwd: rootfs, encoding: 'utf8' });
    const others = files
      .split('\n')
      .filter((file) => file !== '' && !/^(?:usr\/)?lib(?:64)?\/.*\.so(?:\.\d+)*$/.test(file));
    expect(others.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['usr/bin/cgprep', 'usr/bin/cp', 'usr/bin/mv']);
    const { config } = (
      JSON.parse(buildah('inspect', '--type', 'image', 'localhost/cgprep')) as { OCIv1: { config: Config } }
    ).OCIv1;
    expect(config).toMatchObject({
      User: '65532:65532',
      Entrypoint: ['/usr/bin/cgprep'],
      Cmd: ['audit', '--root', '/host'],
    });
  });

  it("has the licences of all that is in it, and the source packages of what is Debian's", () => {
    const share = join(rootfs, 'usr', 'share');
    expect(readFileSync(join(share, 'doc/cgprep/THIRD-PARTY-LICENSES.txt'))).toEqual(readFileSync(NOTICES));
    expect(readFileSync(join(share, 'doc/cgprep/LICENSE'))).toEqual(readFileSync(join(TOP, 'LICENSE')));
    const packages = readFileSync(join(share, 'doc/cgprep/debian.txt'), 'utf8').trim().split('\n');
    expect(packages).toEqual(expect.arrayContaining([expect.stringMatching(/^libc6 glibc \d/)]));
    expect(packages).toEqual(expect.arrayContaining([expect.stringMatching(/^coreutils coreutils \d/)]));
    const copyrights = packages.map((line) => join(share, 'doc', line.split(' ')[0] ?? '', 'copyright'));
    expect(copyrights.filter((file) => !existsSync(file))).toEqual([]);
    // What coreutils and glibc point to.
    for (const name of ['GPL-3', 'LGPL-2.1']) expect(existsSync(join(share, 'common-licenses', name))).toBe(true);
  });

  it('audits the host without privileges, as the program does outside', () => {
    const host = [{ destination: '/host', source: HOST, options: ['rbind', 'ro', 'rslave'] }];
    const inside = run(65532, ['/usr/bin/cgprep', 'audit', '-o', 'json', '--root', '/host'], host);
    const user = ['--reuid', '65532', '--regid', '65532', '--clear-groups'];
    const outside = spawnSync('setpriv', [...user, EXECUTABLE, 'audit', '-o', 'json'], { encoding: 'utf8' });
    expect(inside.stderr).toBe('');
    expect(inside.status).toBe(outside.status);
    expect(told(inside.stdout)).toEqual(told(outside.stdout));
  });

  it('puts the program onto the host, as an init container', () => {
    const target = join(directory, 'opt');
    mkdirSync(target);
    const mounts = [{ destination: '/host-bin', source: target, options: ['bind', 'rw'] }];
    const copy = run(0, ['/usr/bin/cp', '/usr/bin/cgprep', '/host-bin/cgprep.new'], mounts);
    const move = run(0, ['/usr/bin/mv', '/host-bin/cgprep.new', '/host-bin/cgprep'], mounts);
    expect([copy.status, copy.stderr, move.status, move.stderr]).toEqual([0, '', 0, '']);
    expect(existsSync(join(target, 'cgprep.new'))).toBe(false);
    expect(execFileSync(join(target, 'cgprep'), ['--version'], { encoding: 'utf8' })).toMatch(/^cgprep \d/);
  });
});

interface Config {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
}

/**
 * A report without what differs between two moments (who would be killed first), between two ways to the same file, and
 * what only the machine itself tells, which is not asked below another root.
 */
function told(stdout: string): object {
  const report = JSON.parse(stdout.replaceAll('/proc/1/mountinfo', '/proc/self/mountinfo')) as Report;
  const { distribution, kernel, processors } = report.host.inventory ?? {};
  const inventory = { distribution, kernel, online: processors?.online };
  const desired = report.desired.map((each) => ({ ...each, usage: null }));
  return { ...report, host: { ...report.host, inventory }, oom: null, desired };
}
