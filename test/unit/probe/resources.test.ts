import { describe, expect, it } from 'vitest';
import { observeResources } from '../../../src/probe/resources.ts';
import { readerOf } from '../builders.ts';

const SWAPS = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

const NOTHING = { kernelFlags: [], numaNodes: false };

describe('observeResources', () => {
  it('a machine of which nothing is there', () => {
    const nothing = { cpus: null, memoryBytes: null, hugePages: [], swaps: [''], numaNodes: [], kernelFlags: {} };
    expect(observeResources(readerOf({}), NOTHING)).toStrictEqual(nothing);
  });

  it.each([
    ['0\n', 1],
    ['0-3\n', 4],
    ['0-1,4,6-7\n', 5],
  ])('online processors %j', (online, cpus) => {
    expect(observeResources(readerOf({ files: { '/sys/devices/system/cpu/online': online } }), NOTHING).cpus).toBe(
      cpus,
    );
  });

  it('processors where sysfs is not there', () => {
    const files = { '/proc/cpuinfo': 'processor\t: 0\nmodel name\t: processor: x\n\nprocessor\t: 1\n' };
    expect(observeResources(readerOf({ files }), NOTHING).cpus).toBe(2);
  });

  it('memory, huge pages and swap', () => {
    const files = {
      '/proc/meminfo': 'MemTotal:        8150040 kB\nMemFree: 1 kB\n',
      '/proc/swaps': `${SWAPS}/dev/sda2 partition 1048572 0 -2\n`,
      '/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages': '1\n',
      '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages': '16\n',
      '/sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages': 'x\n',
      '/sys/kernel/mm/hugepages/other/nr_hugepages': '9\n',
    };
    const { memoryBytes, swaps, hugePages } = observeResources(readerOf({ files }), NOTHING);
    expect(memoryBytes).toBe(8_345_640_960);
    expect(swaps).toEqual([SWAPS.trim(), '/dev/sda2 partition 1048572 0 -2']);
    expect(hugePages).toEqual([
      { size: '1GB', pageBytes: 2 ** 30, count: 1 },
      { size: '2MB', pageBytes: 2 ** 21, count: 16 },
      { size: '64KB', pageBytes: 2 ** 16, count: 0 },
    ]);
  });

  it('kernel flags: those that were asked for and can be read', () => {
    const files = { '/proc/sys/vm/overcommit_memory': '1\n', '/proc/sys/kernel/panic': 'x\n' };
    const asked = ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops'];
    expect(observeResources(readerOf({ files }), { ...NOTHING, kernelFlags: asked }).kernelFlags).toEqual({
      'vm/overcommit_memory': 1,
    });
  });

  it('NUMA nodes, when they matter', () => {
    const reader = readerOf({
      dirs: ['node0', 'node10', 'power', 'node'].map((name) => `/sys/devices/system/node/${name}`),
    });
    expect(observeResources(reader, NOTHING).numaNodes).toEqual([]);
    expect(observeResources(reader, { ...NOTHING, numaNodes: true }).numaNodes).toEqual([0, 10]);
    expect(observeResources(readerOf({}), { ...NOTHING, numaNodes: true }).numaNodes).toEqual([]);
  });
});
