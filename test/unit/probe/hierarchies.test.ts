import { describe, expect, it } from 'vitest';
import { hierarchiesOf, modeOf } from '../../../src/probe/hierarchies.ts';
import type { MountChoice } from '../../../src/probe/hierarchies.ts';
import { parseMountinfo } from '../../../src/probe/mountinfo.ts';
import type { Mount } from '../../../src/probe/mountinfo.ts';

/** `MOUNTPOINT TYPE SUPEROPTIONS [OPTIONS] [ROOT]` → a mount, each on a device of its own. */
function mounts(...rows: readonly string[]): Mount[] {
  const text = rows.map((row, at) => {
    const [mountpoint = '', type = '', superOptions = 'rw', options = 'rw', root = '/'] = row.split(' ');
    return `${at + 1} 0 0:${at + 1} ${root} ${mountpoint} ${options} - ${type} ${type} ${superOptions}`;
  });
  return parseMountinfo(text.join('\n'));
}

describe('modeOf', () => {
  it.each([
    ['cgroup2 on /sys/fs/cgroup', ['/sys/fs/cgroup cgroup2'], 'unified'],
    ['cgroup2 there, and a v1 hierarchy elsewhere', ['/sys/fs/cgroup cgroup2', '/mnt cgroup rw,cpuset'], 'unified'],
    ['v1 only', ['/sys/fs/cgroup tmpfs', '/sys/fs/cgroup/cpu cgroup rw,cpu'], 'legacy'],
    [
      'v1 with cgroup2 beside it',
      ['/sys/fs/cgroup tmpfs', '/sys/fs/cgroup/unified cgroup2', '/sys/fs/cgroup/cpu cgroup rw,cpu'],
      'hybrid',
    ],
    ['nothing', ['/ ext4'], 'unavailable'],
    ['cgroup2 only where the kubelet does not look', ['/sys/fs/cgroup tmpfs', '/mnt cgroup2'], 'unavailable'],
    ['cgroup2 hidden below a tmpfs', ['/sys/fs/cgroup cgroup2', '/sys/fs/cgroup tmpfs'], 'unavailable'],
    [
      'cgroup2 mounted over the v1 tmpfs',
      ['/sys/fs/cgroup tmpfs', '/sys/fs/cgroup/cpu cgroup rw,cpu', '/sys/fs/cgroup cgroup2'],
      'unified',
    ],
  ])('%s', (_, rows, mode) => {
    expect(modeOf(mounts(...rows))).toBe(mode);
  });
});

describe('hierarchiesOf', () => {
  const found = (rows: readonly string[], names: string, choice: MountChoice = 'shortest'): string[] =>
    hierarchiesOf(mounts(...rows), new Set(names.split(' ')), choice).map(
      ({ mountpoint, controllers }) => `${mountpoint} ${controllers.join(',')}`,
    );

  it.each([
    [
      'one mount each',
      ['/c/cpu cgroup rw,cpu', '/c/mem cgroup rw,memory'],
      'cpu memory',
      ['/c/cpu cpu', '/c/mem memory'],
    ],
    ['co-mounted controllers', ['/c/cpu,cpuacct cgroup rw,cpu,cpuacct'], 'cpu cpuacct', ['/c/cpu,cpuacct cpu,cpuacct']],
    ['name=systemd', ['/c/systemd cgroup rw,xattr,name=systemd'], 'name=systemd', ['/c/systemd systemd']],
    ['another named hierarchy', ['/c/elogind cgroup rw,name=elogind'], 'name=elogind', ['/c/elogind elogind']],
    [
      'options that are no controllers',
      ['/c/cpuset cgroup rw,noprefix,clone_children,cpuset'],
      'cpuset',
      ['/c/cpuset cpuset'],
    ],
    [
      'a name that /proc/self/cgroup does not have',
      ['/c/cpu cgroup rw,cpu', '/c/x cgroup rw,x'],
      'cpu',
      ['/c/cpu cpu'],
    ],
    ['a systemd that only looks like a controller', ['/c/x cgroup rw,systemd'], 'name=systemd', []],
    ['an option of another filesystem', ['/x tmpfs rw,cpu'], 'cpu', []],
    ['mounts outside /sys/fs/cgroup', ['/dev/cgroup/cpu cgroup rw,cpu'], 'cpu', ['/dev/cgroup/cpu cpu']],
  ])('%s', (_, rows, names, want) => {
    expect(found(rows, names)).toEqual(want);
  });

  describe('several mounts of one hierarchy', () => {
    const THREE = ['/cgroup/cpu cgroup rw,cpu', '/c/cpu cgroup rw,cpu', '/longer/path/cpu cgroup rw,cpu'];

    it('from 1.21 the shortest mount point wins', () => {
      expect(found(THREE, 'cpu memory pids', 'shortest')).toEqual(['/c/cpu cpu']);
    });

    it('from 1.21 the first of equally short ones wins', () => {
      expect(found(['/a/cpu cgroup rw,cpu', '/b/cpu cgroup rw,cpu'], 'cpu', 'shortest')).toEqual(['/a/cpu cpu']);
    });

    it('1.20 takes the last', () => {
      expect(found(THREE, 'cpu memory pids', 'last')).toEqual(['/longer/path/cpu cpu']);
    });

    it('1.20 stops as soon as it has counted as many matches as names', () => {
      expect(found(THREE, 'cpu memory', 'last')).toEqual(['/c/cpu cpu']);
    });

    it('1.20 then never comes to a controller that is mounted later', () => {
      const rows = ['/a cgroup rw,cpu', '/b cgroup rw,cpu', '/c cgroup rw,memory'];
      expect(found(rows, 'cpu memory', 'last')).toEqual(['/b cpu']);
      expect(found(rows, 'cpu memory', 'shortest')).toEqual(['/a cpu', '/c memory']);
    });

    it('1.20 counts every controller of a co-mounted hierarchy', () => {
      const rows = ['/a cgroup rw,cpu,cpuacct', '/b cgroup rw,memory', '/bind cgroup rw,cpu,cpuacct'];
      expect(found(rows, 'cpu cpuacct memory', 'last')).toEqual(['/a cpu,cpuacct', '/b memory']);
      expect(found(rows, 'cpu cpuacct memory pids', 'last')).toEqual(['/b memory', '/bind cpu,cpuacct']);
    });
  });

  it.each([
    ['the one beside v1', ['/sys/fs/cgroup/unified cgroup2', '/c/cpu cgroup rw,cpu'], '/sys/fs/cgroup/unified'],
    ['/sys/fs/cgroup before a shorter one', ['/mnt cgroup2', '/sys/fs/cgroup cgroup2'], '/sys/fs/cgroup'],
    ['else the shortest', ['/run/calico/cgroup cgroup2', '/mnt/cg cgroup2'], '/mnt/cg'],
  ])('of cgroup2 mounts it takes %s', (_, rows, want) => {
    const all = hierarchiesOf(mounts(...rows), new Set(['cpu']), 'shortest');
    expect(all.filter(({ type }) => type === 'cgroup2').map(({ mountpoint }) => mountpoint)).toEqual([want]);
  });

  it.each([
    ['the mount', 'rw,cpu', 'ro,nosuid', true],
    ['the filesystem', 'ro,cpu', 'rw,nosuid', true],
    ['neither', 'rw,cpu', 'rw,nosuid', false],
  ])('is read-only when %s is', (_, superOptions, options, want) => {
    const [only] = hierarchiesOf(mounts(`/c cgroup ${superOptions} ${options}`), new Set(['cpu']), 'shortest');
    expect(only?.readOnly).toBe(want);
  });

  it('keeps the device and the root that the door checks', () => {
    const [, second] = hierarchiesOf(
      mounts('/a cgroup rw,cpu', '/b cgroup rw,memory rw /docker/1'),
      new Set(['cpu', 'memory']),
      'shortest',
    );
    expect(second).toMatchObject({ device: '0:2', root: '/docker/1' });
  });
});
