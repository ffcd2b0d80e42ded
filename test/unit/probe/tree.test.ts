import { describe, expect, it } from 'vitest';
import type { HostReader } from '../../../src/model/ports.ts';
import { observeTree } from '../../../src/probe/tree.ts';
import { hostWith, readerOf, v1, v2 } from '../builders.ts';

const CPUSET = hostWith([v1('cpuset')]);
const ROOT = '/sys/fs/cgroup';

describe('observeTree on v1', () => {
  it('looks at the cgroup and at every ancestor, in each demanded hierarchy and in no other', () => {
    const host = hostWith([v1('cpu,cpuacct'), v1('blkio'), v1('pids')]);
    expect(Object.keys(observeTree(readerOf({}), host, ['/a/b', '/a/c']))).toEqual([
      `${ROOT}/cpu,cpuacct`,
      `${ROOT}/cpu,cpuacct/a`,
      `${ROOT}/cpu,cpuacct/a/b`,
      `${ROOT}/cpu,cpuacct/a/c`,
      `${ROOT}/pids`,
      `${ROOT}/pids/a`,
      `${ROOT}/pids/a/b`,
      `${ROOT}/pids/a/c`,
    ]);
  });

  it('asks for a shared ancestor once', () => {
    const asked: string[] = [];
    const reader: HostReader = {
      ...readerOf({}),
      kind: (path) => {
        asked.push(path);
        return 'directory';
      },
    };
    observeTree(reader, hostWith([v1('pids')]), ['/a/b', '/a/c']);
    expect(asked).toEqual([`${ROOT}/pids`, `${ROOT}/pids/a`, `${ROOT}/pids/a/b`, `${ROOT}/pids/a/c`]);
  });

  it('reads cpuset files without their newline; empty is not unreadable', () => {
    const reader = readerOf({
      files: { [`${ROOT}/cpuset/a/cpuset.cpus`]: '0-3\n', [`${ROOT}/cpuset/b/cpuset.cpus`]: '\n' },
    });
    const tree = observeTree(reader, CPUSET, ['/a', '/b']);
    expect([tree[`${ROOT}/cpuset/a`], tree[`${ROOT}/cpuset/b`]]).toEqual([
      { kind: 'directory', cpus: '0-3', mems: null },
      { kind: 'directory', cpus: '', mems: null },
    ]);
  });

  it('reads no cpuset files in another hierarchy', () => {
    const reader = readerOf({ files: { [`${ROOT}/pids/a/cpuset.cpus`]: '0\n' } });
    expect(observeTree(reader, hostWith([v1('pids')]), ['/a'])[`${ROOT}/pids/a`]).toEqual({ kind: 'directory' });
  });

  it.each([
    ['a directory', { dirs: [`${ROOT}/pids/a/b`] }, 'directory'],
    ['nothing', { dirs: [`${ROOT}/pids/a`] }, 'absent'],
    ['no parent', { dirs: [`${ROOT}/pids`] }, 'absent'],
    ['a file for a parent', { files: { [`${ROOT}/pids/a`]: '' } }, 'absent'],
    ['a file', { files: { [`${ROOT}/pids/a/b`]: '' } }, 'other'],
    ['a link that leads nowhere', { dirs: [`${ROOT}/pids/a`], links: { [`${ROOT}/pids/a/b`]: '/nowhere' } }, 'absent'],
  ])('%s', (_, host, kind) => {
    expect(observeTree(readerOf(host), hostWith([v1('pids')]), ['/a/b'])[`${ROOT}/pids/a/b`]).toEqual({ kind });
  });

  it('what may not be looked at is neither there nor absent', () => {
    const reader: HostReader = { ...readerOf({}), kind: () => ({ errno: 'EACCES' }) };
    expect(observeTree(reader, hostWith([v1('pids')]), ['/a'])[`${ROOT}/pids/a`]).toEqual({ kind: 'unreadable' });
  });
});

describe('observeTree on v2', () => {
  const host = hostWith([v2()]);

  it('reads what the planner needs of each level; the real root has no cgroup.type', () => {
    const reader = readerOf({
      files: {
        [`${ROOT}/cgroup.controllers`]: 'cpuset cpu\n',
        [`${ROOT}/cgroup.subtree_control`]: 'cpu\n',
        [`${ROOT}/cgroup.procs`]: '1\n',
        [`${ROOT}/cpuset.cpus.effective`]: '0-3\n',
        [`${ROOT}/a/cpuset.cpus.effective`]: '0-1\n',
        [`${ROOT}/a/cgroup.controllers`]: 'cpu\n',
        [`${ROOT}/a/cgroup.subtree_control`]: '\n',
        [`${ROOT}/a/cgroup.procs`]: '',
        [`${ROOT}/a/cgroup.type`]: 'domain threaded\n',
      },
    });
    expect(observeTree(reader, host, ['/a'])).toEqual({
      [ROOT]: {
        kind: 'directory',
        cpus: '0-3',
        controllers: ['cpuset', 'cpu'],
        subtreeControl: ['cpu'],
        type: null,
        populated: true,
      },
      [`${ROOT}/a`]: {
        kind: 'directory',
        controllers: ['cpu'],
        subtreeControl: [],
        type: 'domain threaded',
        populated: false,
      },
    });
  });

  it('a file that cannot be read is null, not empty', () => {
    expect(observeTree(readerOf({ dirs: [`${ROOT}/a`] }), host, ['/a'])[`${ROOT}/a`]).toEqual({
      kind: 'directory',
      controllers: null,
      subtreeControl: null,
      type: null,
      populated: false,
    });
  });

  it('a list of processes that is longer than we read is not empty', () => {
    const reader = readerOf({ files: { [`${ROOT}/a/cgroup.procs`]: '12345\n'.repeat(20_000) } });
    expect(observeTree(reader, host, ['/a'])[`${ROOT}/a`]?.populated).toBe(true);
  });

  it('looks into no v1 hierarchy that is mounted beside it', () => {
    const both = hostWith([v2(), v1('cpu', { mountpoint: '/mnt/cpu' })]);
    expect(Object.keys(observeTree(readerOf({}), both, ['/a']))).toEqual([ROOT, `${ROOT}/a`]);
  });
});
