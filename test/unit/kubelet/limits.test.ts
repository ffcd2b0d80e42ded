import { describe, expect, it } from 'vitest';
import { limitsOf, sharesOf, weightOf } from '../../../src/kubelet/limits.ts';
import type { CgroupLimits } from '../../../src/model/usage.ts';
import { hostWith, NOTHING_KNOWN, v1, v2 } from '../builders.ts';
import { effective } from './configs.ts';

const HUGE = [{ size: '2MB', pageBytes: 2 ** 21, count: 0 }];

function limits(minor: number, file: string, controllers?: string): CgroupLimits | null {
  const enforced = file.includes('kube-reserved');
  const host = hostWith([v2(controllers)]);
  return limitsOf(effective(minor, file), { role: 'kube-reserved', enforced }, host, {
    ...NOTHING_KNOWN,
    hugePages: HUGE,
  });
}

const KUBE = 'kubeReservedCgroup: /k\nenforceNodeAllocatable: [kube-reserved]\n';

describe('the weight of a processor', () => {
  // facts: the kubelet's own getCPUWeight and MilliCPUToShares, run.
  it.each([
    [0, 2, 1],
    [1, 2, 1],
    [2, 2, 1],
    [10, 10, 1],
    [50, 51, 2],
    [70, 71, 3],
    [80, 81, 4],
    [100, 102, 4],
    [200, 204, 8],
    [250, 256, 10],
    [500, 512, 20],
    [1000, 1024, 39],
    [1500, 1536, 59],
    [2000, 2048, 79],
    [3920, 4014, 154],
    [4000, 4096, 157],
    [8000, 8192, 313],
    [16_000, 16_384, 625],
    [64_000, 65_536, 2500],
    [128_000, 131_072, 5000],
    [255_999, 262_142, 9999],
    [256_000, 262_144, 10_000],
    [999_000, 262_144, 10_000],
  ])('%im is %i shares, weight %i', (milli, shares, weight) => {
    expect([sharesOf(milli), weightOf(sharesOf(milli))]).toEqual([shares, weight]);
  });
});

describe('limitsOf', () => {
  const all = {
    memoryBytes: 268_435_456,
    memoryMinBytes: null,
    cpuShares: 102,
    cpuWeight: 4,
    pids: 1000,
    cpuset: 'all',
    hugePagesForbidden: ['2MB'],
  };
  const nothing = {
    memoryBytes: null,
    memoryMinBytes: null,
    cpuShares: null,
    cpuWeight: null,
    pids: null,
    cpuset: null,
    hugePagesForbidden: ['2MB'],
  };
  const reserved = 'kubeReserved: {cpu: 100m, memory: 256Mi, pid: "1000", ephemeral-storage: 1Gi}\n';
  it.each<[string, number, string, object | null]>([
    ['everything', 36, KUBE + reserved, all],
    ['before 1.32 no processors', 31, KUBE + reserved, { ...all, cpuset: null }],
    [
      'compressible: no memory, no processes, but huge pages all the same',
      36,
      KUBE.replace('kube-reserved', 'kube-reserved-compressible') + reserved,
      { ...all, memoryBytes: null, pids: null },
    ],
    ['what is not there is not written', 31, `${KUBE}kubeReserved: {ephemeral-storage: 1Gi}\n`, nothing],
    [
      'thousandths of a byte are rounded up',
      31,
      `${KUBE}kubeReserved: {memory: 1500m}\n`,
      { ...nothing, memoryBytes: 2 },
    ],
    ['no memory of 0', 31, `${KUBE}kubeReserved: {memory: "0"}\n`, nothing],
    ['no processes of 0 until 1.35', 31, `${KUBE}kubeReserved: {pid: "0"}\n`, nothing],
    ['1.36 makes one of it', 36, `${KUBE}kubeReserved: {pid: "0"}\n`, { ...nothing, pids: 1, cpuset: 'all' }],
    ['nothing is enforced', 36, `kubeReservedCgroup: /k\n${reserved}`, null],
  ])('%s', (_, minor, file, want) => {
    expect(limits(minor, file)).toStrictEqual(want);
  });

  it.each<[string, number, string, Partial<CgroupLimits>]>([
    ['MemoryQoS protects what is reserved', 22, 'featureGates: {MemoryQoS: true}\n', { memoryMinBytes: 268_435_456 }],
    ['a gate of which 1.21 does not know', 21, 'featureGates: {MemoryQoS: true}\n', { memoryMinBytes: null }],
    ['the static policy writes no processors', 36, 'cpuManagerPolicy: static\n', { cpuset: null }],
  ])('%s', (_, minor, file, want) => {
    expect(limits(minor, KUBE + reserved + file)).toMatchObject(want);
  });

  it('compressible keys protect no memory, and on v1 nothing does', () => {
    const file = `${KUBE}${reserved}featureGates: {MemoryQoS: true}\n`;
    expect(limits(36, file.replace('[kube-reserved]', '[kube-reserved-compressible]'))?.memoryMinBytes).toBeNull();
    const legacy = hostWith([v1('memory')]);
    const written = limitsOf(effective(36, file), { role: 'kube-reserved', enforced: true }, legacy, NOTHING_KNOWN);
    expect(written).toMatchObject({ memoryBytes: 268_435_456, memoryMinBytes: null });
  });

  it('without the controller no huge pages', () => {
    expect(limits(36, KUBE + reserved, 'cpu memory')?.hugePagesForbidden).toEqual([]);
  });

  it('where hugetlb is only in the cgroup2 tree of a hybrid host, neither', () => {
    const host = hostWith([v1('memory'), v2('hugetlb', { mountpoint: '/sys/fs/cgroup/unified' })], { mode: 'hybrid' });
    const machine = { ...NOTHING_KNOWN, hugePages: HUGE };
    const written = limitsOf(effective(36, KUBE + reserved), { role: 'kube-reserved', enforced: true }, host, machine);
    expect(written?.hugePagesForbidden).toEqual([]);
  });
});
