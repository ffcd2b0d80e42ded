import { describe, expect, it } from 'vitest';
import { CgprepError, ERROR_CODES } from '../../../src/errors.ts';
import { below, lineage } from '../../../src/model/cgroup.ts';
import { demandedHierarchies, demandedIn } from '../../../src/model/host.ts';
import { hostWith, v1, v2 } from '../builders.ts';

describe('paths', () => {
  it.each([
    ['/sys/fs/cgroup', '/', '/sys/fs/cgroup'],
    ['/sys/fs/cgroup', '/a/b', '/sys/fs/cgroup/a/b'],
    ['/', '/a', '/a'],
    ['/', '/', '/'],
  ])('%s and below it %s', (mountpoint, path, want) => {
    expect(below(mountpoint, path)).toBe(want);
  });

  it.each([
    ['/', ['/']],
    ['/a', ['/', '/a']],
    ['/a/b.slice/c', ['/', '/a', '/a/b.slice', '/a/b.slice/c']],
  ])('the lineage of %s', (path, want) => {
    expect(lineage(path)).toEqual(want);
  });
});

describe('what the kubelet demands', () => {
  it.each([
    ['v1', v1('cpu,cpuacct'), ['cpu', 'cpuacct']],
    [
      'v1, in an order of its own',
      v1('hugetlb,pids,systemd,memory,cpuset'),
      ['cpuset', 'memory', 'pids', 'systemd', 'hugetlb'],
    ],
    ['v1, never these', v1('blkio,devices,freezer,net_cls,net_prio,perf_event,rdma,misc'), []],
    ['v2, neither io nor misc', v2(), ['cpu', 'cpuset', 'hugetlb', 'memory', 'pids']],
    ['v2 without a memory controller', v2('cpuset cpu io pids'), ['cpu', 'cpuset', 'pids']],
  ])('%s', (_, hierarchy, want) => {
    expect(demandedIn(hierarchy)).toEqual(want);
  });

  it('on v1 in each hierarchy with such a controller, never in a cgroup2 tree beside it', () => {
    const host = hostWith([v1('blkio'), v1('pids'), v2('hugetlb', { mountpoint: '/sys/fs/cgroup/unified' })], {
      mode: 'hybrid',
    });
    expect(demandedHierarchies(host).map(({ mountpoint }) => mountpoint)).toEqual(['/sys/fs/cgroup/pids']);
  });

  it('on v2 in the one tree, even if its root offers nothing', () => {
    const host = hostWith([v1('cpu', { mountpoint: '/mnt/cpu' }), v2('')]);
    expect(demandedHierarchies(host).map(({ type }) => type)).toEqual(['cgroup2']);
  });
});

describe('errors', () => {
  it('the exit statuses are those that cli.md promises', () => {
    expect(Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status]))).toEqual({
      CGP_USAGE: 64,
      CGP_NO_CGROUPS: 69,
      CGP_HOST_UNSUPPORTED: 69,
      CGP_INTERNAL: 70,
      CGP_HOST_REJECTED: 71,
      CGP_TEMPORARY: 75,
      CGP_CONFIG_UNSTABLE: 75,
      CGP_PERMISSION: 77,
      CGP_READ_ONLY: 77,
      CGP_KUBELET_CONFIG: 78,
      CGP_KUBELET_ARGS: 78,
      CGP_SETTINGS: 78,
      CGP_CGROUP_NAME: 78,
      CGP_ALREADY_RUNNING: 75,
    });
  });

  it('what may be tried again is exactly what ends in 75', () => {
    for (const { status, retryable } of Object.values(ERROR_CODES)) expect(retryable).toBe(status === 75);
  });

  it('an error carries its status', () => {
    expect(new CgprepError('CGP_SETTINGS', 'm', 'h')).toMatchObject({ status: 78, message: 'm', hint: 'h' });
  });
});
