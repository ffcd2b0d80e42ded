import { describe, expect, it } from 'vitest';
import { parseProcCgroup, parseProcCgroups, words } from '../../../src/probe/proc.ts';

describe('parseProcCgroup', () => {
  it.each([
    ['v2 only', '0::/init.scope\n', []],
    ['co-mounted', '4:cpu,cpuacct:/\n', ['cpu', 'cpuacct']],
    ['named', '1:name=systemd:/init.scope\n', ['name=systemd']],
    ['a path with colons', '3:memory:/a:b,c:d\n', ['memory']],
    ['hybrid', '2:pids:/\n1:name=systemd:/\n0::/\n', ['pids', 'name=systemd']],
    ['nothing', '', []],
    ['a torn line', '3', []],
  ])('%s', (_, text, want) => {
    expect([...parseProcCgroup(text)]).toEqual(want);
  });
});

describe('parseProcCgroups', () => {
  it('tells what is compiled in and what was switched off at boot', () => {
    const text = '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t8\t1\t1\nmemory\t0\t1\t0\ncpu\t3\n\n';
    expect(parseProcCgroups(text)).toEqual([
      { name: 'cpuset', enabled: true },
      { name: 'memory', enabled: false },
    ]);
  });
});

describe('words', () => {
  it.each([
    ['cpuset cpu io\n', ['cpuset', 'cpu', 'io']],
    ['\n', []],
    ['', []],
    ['  a\t b \n', ['a', 'b']],
  ])('%j', (text, want) => {
    expect(words(text)).toEqual(want);
  });
});
