import { describe, expect, it } from 'vitest';
import { observeSurroundings } from '../../../src/probe/surroundings.ts';
import { hostWith, readerOf, SYSTEMD, v1, v2 } from '../builders.ts';

const C = '/sys/fs/cgroup';
const V2 = hostWith([v2()], { systemd: SYSTEMD });

describe('observeSurroundings', () => {
  it.each([
    ['v2', V2, `${C}/system.slice`],
    [
      'v1, in the hierarchy of systemd',
      hostWith([v1('cpu'), v1('systemd')], { systemd: SYSTEMD }),
      `${C}/systemd/system.slice`,
    ],
  ])('finds the daemons in system.slice: %s', (_, host, slice) => {
    const reader = readerOf({
      dirs: [`${slice}/containerd.service`, `${slice}/kubelet.service`, `${slice}/ssh.service`],
    });
    expect(observeSurroundings(reader, host, []).daemonsInSystemSlice).toEqual([
      'kubelet.service',
      'containerd.service',
    ]);
  });

  it('finds the limits that are left of a slice, and no other file', () => {
    const files = {
      '/run/systemd/system.control/kube.slice.d/50-MemoryMax.conf': '',
      '/run/systemd/system.control/kube.slice.d/50-CPUWeight.conf': '',
      '/run/systemd/transient/kube.slice.d/50-TasksMax.conf': '',
      '/run/systemd/transient/other.slice.d/50-TasksMax.conf': '',
    };
    expect(observeSurroundings(readerOf({ files }), V2, ['kube.slice']).limitFiles).toEqual([
      { unit: 'kube.slice', file: '/run/systemd/system.control/kube.slice.d/50-MemoryMax.conf' },
      { unit: 'kube.slice', file: '/run/systemd/transient/kube.slice.d/50-TasksMax.conf' },
    ]);
  });

  it('finds what a script for v1 has made on v2', () => {
    const dirs = [`${C}/cpu`, `${C}/cpu,cpuacct`, `${C}/user.slice`];
    expect(observeSurroundings(readerOf({ dirs }), V2, []).v1Directories).toEqual([`${C}/cpu`, `${C}/cpu,cpuacct`]);
  });

  it('a v1 host has these directories by right, and without systemd there are no units', () => {
    const dirs = [`${C}/cpu`, `${C}/systemd/system.slice/kubelet.service`];
    expect(observeSurroundings(readerOf({ dirs }), hostWith([v1('cpu'), v1('systemd')]), ['kube.slice'])).toEqual({
      daemonsInSystemSlice: [],
      limitFiles: [],
      v1Directories: [],
    });
  });
});
