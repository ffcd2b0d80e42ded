import { describe, expect, it } from 'vitest';
import { probeHost } from '../../../src/probe/host.ts';
import { readerOf } from '../builders.ts';

const V1 = `1 0 0:1 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
2 0 0:2 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd
`;
const V2 = '1 0 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n';

describe('probeHost', () => {
  it('reads mode, hierarchies, controllers and boot words of a v2 host', () => {
    const reader = readerOf({
      files: {
        '/proc/self/mountinfo': V2,
        '/proc/self/cgroup': '0::/\n',
        '/proc/cgroups': '#x\ncpuset\t0\t1\t1\nmemory\t0\t1\t0\n',
        '/proc/cmdline': 'ro cgroup_disable=memory\n',
        '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io\n',
      },
    });
    expect(probeHost(reader, 'self', 'shortest')).toEqual({
      mountinfo: '/proc/self/mountinfo',
      mode: 'unified',
      hierarchies: [
        {
          mountpoint: '/sys/fs/cgroup',
          controllers: ['cpuset', 'cpu', 'io'],
          type: 'cgroup2',
          device: '0:26',
          root: '/',
          readOnly: false,
        },
      ],
      kernelControllers: [
        { name: 'cpuset', enabled: true },
        { name: 'memory', enabled: false },
      ],
      systemd: null,
      bootWords: ['ro', 'cgroup_disable=memory'],
    });
  });

  it("looks with the eyes of the process that it was given: below another root, the host's PID 1", () => {
    const reader = readerOf({ files: { '/proc/self/mountinfo': V2, '/proc/1/mountinfo': V1 } });
    expect([probeHost(reader, 'self', 'shortest').mode, probeHost(reader, '1', 'shortest').mode]).toEqual([
      'unified',
      'legacy',
    ]);
  });

  const controllers = (procCgroup: Record<string, string>): string[] =>
    probeHost(
      readerOf({ files: { '/proc/self/mountinfo': V1, ...procCgroup } }),
      'self',
      'shortest',
    ).hierarchies.flatMap((one) => one.controllers);

  it('looks for the names of /proc/self/cgroup only, as the kubelet does', () => {
    expect(controllers({ '/proc/self/cgroup': '1:name=systemd:/\n' })).toEqual(['systemd']);
  });

  it('takes the names from the mounts where that file is missing, and no mount option for a controller', () => {
    expect(controllers({})).toEqual(['cpu', 'systemd']);
  });

  it('passes on the mount rule of the version', () => {
    const twice = `${V1}3 0 0:1 / /sys/fs/cgroup/cpu-too rw - cgroup cgroup rw,cpu\n`;
    const reader = readerOf({ files: { '/proc/self/mountinfo': twice, '/proc/self/cgroup': '2:cpu:/\n1:pids:/\n' } });
    expect(
      (['shortest', 'last'] as const).map((choice) => probeHost(reader, 'self', choice).hierarchies[0]?.mountpoint),
    ).toEqual(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu-too']);
  });

  it('without a readable /proc there are no cgroups, and nothing is thrown', () => {
    expect(probeHost(readerOf({}), 'self', 'shortest')).toMatchObject({ mode: 'unavailable', hierarchies: [] });
  });

  it.each([
    ['Debian 12', '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so', 252],
    ['Fedora', '/usr/lib64/systemd/libsystemd-core-257.11-1.fc42.so', 257],
    ['CentOS 7', '/usr/lib/systemd/libsystemd-shared-219.so', 219],
    ['arm64', '/usr/lib/aarch64-linux-gnu/systemd/libsystemd-shared-255.so', 255],
    ['a host where the library is elsewhere', '/nix/store/libsystemd-shared-256.so', null],
  ])('reads the version of systemd off its library: %s', (_, library, version) => {
    const reader = readerOf({ dirs: ['/run/systemd/system', '/usr/lib/systemd'], files: { [library]: '' } });
    expect(probeHost(reader, 'self', 'shortest').systemd).toEqual({ running: true, version });
  });

  it('an installed systemd that does not run is no systemd', () => {
    const reader = readerOf({ files: { '/usr/lib/systemd/libsystemd-shared-252.so': '' } });
    expect(probeHost(reader, 'self', 'shortest').systemd).toBeNull();
  });
});
