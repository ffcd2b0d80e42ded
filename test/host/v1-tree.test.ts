import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { because, lacking } from '../support/needs.ts';
import {
  PROGRAM,
  cgprep,
  cleanTrees,
  copyProgram,
  inPrivateMounts,
  reportOf,
  withTemporary,
  writeConfig,
} from '../support/real-tree.ts';
import type { Ran } from '../support/real-tree.ts';
import { CONFIG, describeOnV1 } from '../support/v1-suite.ts';

const NESTED = CONFIG.replace('/kube.slice', '/cgprep-test-parent/kube');

/** Calls that can change a filesystem. */
const CHANGING =
  /O_CREAT|O_WRONLY|O_RDWR|O_TRUNC|^\d+ +(?:mkdir|rmdir|unlink|rename|link|symlink|mknod|chmod|chown|truncate|utime|mount|umount|setxattr)/;

describeOnV1('the real cgroup v1 tree', ({ trees, mounts, wanted }) => {
  const withConfig = <T>(text: string, use: (file: string, directory: string) => T): T =>
    withTemporary((directory) => use(writeConfig(directory, text), directory));

  it('from nothing to ready, and then there is nothing to do', () => {
    withConfig(CONFIG, (file) => {
      const before = cgprep('audit', '--kubelet-config', file, '-o', 'json');
      expect([before.status, before.stderr]).toEqual([1, '']);
      expect(reportOf(before).verdict.message).toMatch(
        /^Failed to enforce System Reserved Cgroup Limits on "\/system.slice": cgroup \["system.slice"\] has some missing paths: /,
      );
      expect(wanted.filter((path) => existsSync(path))).toEqual([]);

      const made = cgprep('oneshot', '--kubelet-config', file, '-o', 'json');
      expect([made.status, made.stderr]).toEqual([0, '']);
      expect(reportOf(made).verdict).toEqual({ kubeletStarts: true, message: null });
      expect(wanted.filter((path) => !existsSync(path))).toEqual([]);

      const again = cgprep('oneshot', '--kubelet-config', file, '-o', 'json');
      expect([again.status, reportOf(again).plan]).toEqual([0, []]);
      expect(cgprep('audit', '--kubelet-config', file).status).toBe(0);
    });
  });

  it('without any configuration prepares /kube.slice and /system.slice', () => {
    expect(cgprep('oneshot', '--kubelet-version', '1.34').status).toBe(0);
    expect(wanted.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('a dry run prints the plan and touches nothing', () => {
    withConfig(CONFIG, (file) => {
      const dry = reportOf(cgprep('oneshot', '--dry-run', '--kubelet-config', file, '-o', 'json'));
      expect(wanted.filter((path) => existsSync(path))).toEqual([]);
      const made = reportOf(cgprep('oneshot', '--kubelet-config', file, '-o', 'json'));
      expect(made.plan.map(({ id, target, why }) => ({ id, target, why }))).toEqual(
        dry.plan.map(({ id, target, why }) => ({ id, target, why })),
      );
    });
  });

  it('each directory removed is named by audit and repaired by oneshot', () => {
    withConfig(CONFIG, (file) => {
      cgprep('oneshot', '--kubelet-config', file);
      for (const path of wanted) {
        rmdirSync(path);
        const seen = cgprep('audit', '--kubelet-config', file, '-o', 'json');
        expect([path, seen.status]).toEqual([path, 1]);
        expect(reportOf(seen).verdict.message).toContain(path);
        expect(
          reportOf(seen)
            .findings.filter(({ code }) => code === 'cgroup-missing')
            .map(({ subject }) => subject),
        ).toEqual([path]);
        expect(cgprep('oneshot', '--kubelet-config', file).status).toBe(0);
        expect(existsSync(path)).toBe(true);
      }
    });
  });

  it('a process can be moved into the seeded cpuset', () => {
    withConfig(CONFIG, (file) => {
      expect(cgprep('oneshot', '--kubelet-config', file).status).toBe(0);
      const sleeper = spawn('sleep', ['60']);
      const root = trees.get('cpuset') ?? '';
      try {
        writeFileSync(join(root, 'kube.slice', 'cgroup.procs'), String(sleeper.pid));
        expect(readFileSync(join(root, 'kube.slice', 'cgroup.procs'), 'utf8').trim()).toBe(String(sleeper.pid));
      } finally {
        writeFileSync(join(root, 'cgroup.procs'), String(sleeper.pid));
        sleeper.kill('SIGKILL');
      }
      for (const name of ['cpuset.cpus', 'cpuset.mems']) {
        expect(readFileSync(join(root, 'kube.slice', name), 'utf8')).toBe(readFileSync(join(root, name), 'utf8'));
      }
    });
  });

  it('a nested name is made with its parents and seeded from the top down', () => {
    withConfig(NESTED, (file) => {
      expect(cgprep('oneshot', '--kubelet-config', file).status).toBe(0);
      for (const mount of mounts) expect(existsSync(join(mount, 'cgprep-test-parent/kube'))).toBe(true);
      const root = trees.get('cpuset') ?? '';
      for (const at of ['cgprep-test-parent', 'cgprep-test-parent/kube']) {
        expect(readFileSync(join(root, at, 'cpuset.cpus'), 'utf8')).toBe(
          readFileSync(join(root, 'cpuset.cpus'), 'utf8'),
        );
      }
    });
  });

  it('hugetlb mounted somewhere is then demanded', () => {
    const ran = inPrivateMounts(`
      dir=$(mktemp -d); mount -t cgroup -o hugetlb cgprep-test "$dir"
      "$@" audit -o json --kubelet-version 1.34 >/dev/null || test $? = 1
      "$@" oneshot --kubelet-version 1.34 >/dev/null
      ls -d "$dir/kube.slice" "$dir/system.slice"
      rmdir "$dir/kube.slice" "$dir/system.slice"
      "$@" audit -o json --kubelet-version 1.34 | grep -F "missing under hugetlb" | head -1
      umount "$dir"; rmdir "$dir"
    `);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toMatch(/kube\.slice\n.*system\.slice\n.*missing under hugetlb/);
    expect(ran.status).toBe(0);
  });

  it('a hierarchy mounted read-only is refused with status 77, and nothing is made', () => {
    const ran = inPrivateMounts(
      `mount -o bind,remount,ro /sys/fs/cgroup/pids; "$@" oneshot --kubelet-version 1.34 || echo status $?`,
    );
    expect(ran.stdout).toContain('/sys/fs/cgroup/pids is mounted read-only');
    expect(ran.stdout).toContain('status 77');
    expect(existsSync('/sys/fs/cgroup/pids/kube.slice')).toBe(false);
  });

  it('something else mounted over a hierarchy is not written to', () => {
    const ran = inPrivateMounts(
      `mount -t tmpfs cgprep-test /sys/fs/cgroup/pids; "$@" oneshot --kubelet-version 1.34 || echo status $?; ls -A /sys/fs/cgroup/pids`,
    );
    expect(ran.stdout).toMatch(/not a cgroup filesystem[^]*status 69\n$/);
  });

  it('audit works for an unprivileged user', () => {
    withTemporary((directory) => {
      // The checkout and its Node may stand where only root may look.
      const [copy, ...before] = copyProgram(directory);
      chmodSync(directory, 0o755);
      const asNobody = (command: string): Ran =>
        spawnSync(copy, [...before, command, '-o', 'json', '--kubelet-version', '1.34'], {
          uid: 65534,
          gid: 65534,
          encoding: 'utf8',
          cwd: '/',
        });
      const ran = asNobody('audit');
      expect([ran.status, ran.stderr]).toEqual([1, '']);
      expect(reportOf(ran).findings.some(({ code }) => code === 'cgroup-missing')).toBe(true);
      const denied = asNobody('oneshot');
      expect(denied.status).toBe(77);
      expect(reportOf(denied).findings.some(({ message }) => message.includes('permission denied'))).toBe(true);
    });
  });

  it('two runs at once, against somebody who removes, do no harm', async () => {
    const end = Date.now() + 3000;
    const remover = setInterval(() => {
      for (const path of wanted) {
        try {
          rmdirSync(path);
        } catch {
          // Not there just now.
        }
      }
    }, 3);
    const runs: Promise<number | null>[] = [];
    while (Date.now() < end) {
      const pair = [1, 2].map(
        () =>
          new Promise<number | null>((resolve) => {
            const [program, ...before] = PROGRAM;
            spawn(program, [...before, 'oneshot', '--kubelet-version', '1.34'], { stdio: 'ignore' }).on(
              'exit',
              resolve,
            );
          }),
      );
      runs.push(...pair);
      await Promise.all(pair);
    }
    clearInterval(remover);
    const statuses = new Set(await Promise.all(runs));
    // Ready, lost to the remover, or told to try again: never a bug, never a wrong class.
    for (const status of statuses) expect([0, 1, 75]).toContain(status);
    expect(cgprep('oneshot', '--kubelet-version', '1.34').status).toBe(0);
  });

  const noStrace = lacking('strace');
  it.skipIf(noStrace.length > 0)(`killed at any mkdir, the next run converges${because(noStrace)}`, () => {
    for (let at = 1; at <= wanted.length; at += 1) {
      cleanTrees();
      const killed = spawnSync('strace', [
        '-f',
        '-o',
        '/dev/null',
        '-e',
        'trace=mkdir',
        '-e',
        `inject=mkdir:signal=KILL:when=${at}`,
        ...PROGRAM,
        'oneshot',
        '--kubelet-version',
        '1.34',
      ]);
      expect([at, killed.signal ?? killed.status]).toEqual([at, 'SIGKILL']);
      expect(cgprep('oneshot', '--kubelet-version', '1.34').status).toBe(0);
      expect(wanted.filter((path) => !existsSync(path))).toEqual([]);
    }
  });

  it.skipIf(noStrace.length > 0)(`changes nothing but what the plan lists${because(noStrace)}`, () => {
    const changes = (...argv: string[]): string[] =>
      withTemporary((directory) => {
        const trace = join(directory, 'trace');
        spawnSync('strace', [
          '-f',
          '-qq',
          '-e',
          'trace=%file',
          '-o',
          trace,
          ...PROGRAM,
          ...argv,
          '--kubelet-version',
          '1.34',
        ]);
        const lines = readFileSync(trace, 'utf8').split('\n');
        expect(lines.length, 'the trace saw the program').toBeGreaterThan(20);
        return lines
          .filter((line) => CHANGING.test(line) && !line.includes('"/dev/null"'))
          .map((line) => line.replace(/^\d+ +/, ''));
      });
    expect(changes('audit')).toEqual([]);
    expect(changes('oneshot', '--dry-run')).toEqual([]);
    // A directory in each hierarchy for both slices, and two files filled in each cpuset.
    const made = changes('oneshot');
    expect(made.filter((line) => line.startsWith('mkdir("/proc/self/fd/'))).toHaveLength(wanted.length);
    expect(
      made.filter((line) =>
        /^openat\(AT_FDCWD, "\/proc\/self\/fd\/\d+\/cpuset\.(?:cpus|mems)", O_WRONLY\|(?:O_LARGEFILE\|)?O_NOFOLLOW/.test(
          line,
        ),
      ),
    ).toHaveLength(4);
    expect(made).toHaveLength(wanted.length + 4);
    expect(changes('oneshot'), 'a second run').toEqual([]);
  });

  it('a directory that is there but whose cpuset was never filled is filled', () => {
    const root = trees.get('cpuset') ?? '';
    mkdirSync(join(root, 'kube.slice'));
    expect(readFileSync(join(root, 'kube.slice', 'cpuset.mems'), 'utf8').trim()).toBe('');
    expect(cgprep('oneshot', '--kubelet-version', '1.34').status).toBe(0);
    expect(readFileSync(join(root, 'kube.slice', 'cpuset.mems'), 'utf8').trim()).not.toBe('');
  });
});
