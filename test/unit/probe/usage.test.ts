import { describe, expect, it } from 'vitest';
import { observeUsage } from '../../../src/probe/usage.ts';
import { hostWith, NOTHING_KNOWN, readerOf, v1, v2 } from '../builders.ts';

const C = '/sys/fs/cgroup';
const V1 = hostWith([v1('memory'), v1('pids'), v1('hugetlb')]);
const V2 = hostWith([v2()]);
const MACHINE = {
  ...NOTHING_KNOWN,
  hugePages: [
    { size: '2MB', pageBytes: 2 ** 21, count: 4 },
    { size: '1GB', pageBytes: 2 ** 30, count: 0 },
  ],
};

const USUAL = { pids: false, memoryAbove: -1 };
const CLOSE = { pids: true, memoryAbove: -1 };

describe('observeUsage', () => {
  it('v1 counts what lies below too', () => {
    const files = {
      [`${C}/memory/k/memory.usage_in_bytes`]: '1000\n',
      [`${C}/memory/k/memory.max_usage_in_bytes`]: '1500\n',
      [`${C}/memory/k/memory.stat`]: 'active_file 9\ntotal_active_file 200\ntotal_inactive_file 300\ntotal_rss 500\n',
      [`${C}/pids/k/pids.current`]: '7\n',
      [`${C}/hugetlb/k/hugetlb.2MB.usage_in_bytes`]: '4194304\n',
      [`${C}/hugetlb/k/hugetlb.1GB.usage_in_bytes`]: '0\n',
    };
    expect(observeUsage(readerOf({ files }), V1, '/k', MACHINE, CLOSE)).toStrictEqual({
      memory: {
        file: `${C}/memory/k/memory.usage_in_bytes`,
        usedBytes: 1000,
        peakBytes: 1500,
        floorBytes: 500,
        workingSetBytes: 700,
      },
      pids: { used: 7, peak: null },
      hugePages: [{ size: '2MB', usedBytes: 4_194_304, file: `${C}/hugetlb/k/hugetlb.2MB.usage_in_bytes` }],
    });
  });

  it('v2', () => {
    const files = {
      [`${C}/k/memory.current`]: '1000\n',
      [`${C}/k/memory.stat`]:
        'active_file 100\ninactive_file 100\nslab_reclaimable 50\nactive_anon 10\ninactive_anon 20\n',
      [`${C}/k/pids.current`]: '7\n',
      [`${C}/k/pids.peak`]: '9\n',
      [`${C}/k/hugetlb.2MB.current`]: '2097152\n',
    };
    const usage = observeUsage(readerOf({ files }), V2, '/k', MACHINE, CLOSE);
    expect(usage.memory).toMatchObject({ usedBytes: 1000, peakBytes: null, floorBytes: 750, workingSetBytes: 900 });
    expect(usage.pids).toEqual({ used: 7, peak: 9 });
    expect(usage.hugePages.map(({ file }) => file)).toEqual([`${C}/k/hugetlb.2MB.current`]);
    const swapping = observeUsage(readerOf({ files }), V2, '/k', { ...MACHINE, swaps: ['Filename', 'x'] }, USUAL);
    expect([swapping.memory?.floorBytes, swapping.pids]).toEqual([720, null]);
  });

  it('where little is in use, no more is read, and all of it may stay', () => {
    const files = {
      [`${C}/memory/k/memory.usage_in_bytes`]: '1000\n',
      [`${C}/memory/k/memory.stat`]: 'total_active_file 200\n',
    };
    const floor = (memoryAbove: number): number | undefined =>
      observeUsage(readerOf({ files }), V1, '/k', MACHINE, { pids: false, memoryAbove }).memory?.floorBytes;
    expect([floor(999), floor(1000)]).toEqual([800, 1000]);
  });

  it('without memory.stat all of it may stay; without the files nothing is known', () => {
    const files = { [`${C}/memory/k/memory.usage_in_bytes`]: '1000\n' };
    const { memory } = observeUsage(readerOf({ files }), V1, '/k', MACHINE, USUAL);
    expect(memory).toMatchObject({ floorBytes: 1000, peakBytes: null, workingSetBytes: null });
    const nothing = { memory: null, pids: null, hugePages: [] };
    expect(observeUsage(readerOf({}), V1, '/k', MACHINE, CLOSE)).toStrictEqual(nothing);
    expect(observeUsage(readerOf({}), hostWith([v1('cpu')]), '/k', MACHINE, CLOSE)).toStrictEqual(nothing);
  });
});
