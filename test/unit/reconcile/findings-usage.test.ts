import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/model/host.ts';
import type { Finding } from '../../../src/model/report.ts';
import type { CgroupUsage, MemoryUsage } from '../../../src/model/usage.ts';
import { usageFindings } from '../../../src/reconcile/findings-usage.ts';
import { hostWith, kubeletConfig, lookAt, NOTHING_KNOWN, v1, v2 } from '../builders.ts';

const MIB = 2 ** 20;
const V2 = hostWith([v2()]);
const V1 = hostWith([v1('memory'), v1('hugetlb')]);

function memory(usedMib: number, over: Partial<MemoryUsage> = {}): MemoryUsage {
  const used = usedMib * MIB;
  return { file: 'memory.current', usedBytes: used, peakBytes: null, floorBytes: used, workingSetBytes: used, ...over };
}

interface Given {
  readonly reserved: Readonly<Record<string, string>>;
  readonly usage: Partial<CgroupUsage>;
  readonly host?: HostFacts;
  readonly minor?: number;
  readonly key?: string;
  readonly setAside?: number;
}

function findings({ reserved, usage, host = V2, minor = 36, key = 'kube-reserved', setAside = 0 }: Given): Finding[] {
  const config = kubeletConfig({
    version: { value: { text: `1.${minor}`, minor }, source: 'x' },
    kubeReserved: { value: reserved, source: '/kubelet.yaml:5' },
    enforceNodeAllocatable: { value: [key], source: 'x' },
  });
  const resources = { ...NOTHING_KNOWN, hugePages: [{ size: '2MB', pageBytes: 2 * MIB, count: setAside }] };
  const nothing: CgroupUsage = { memory: null, pids: null, hugePages: [] };
  return usageFindings(lookAt(host, config, {}, null, resources, { '/kube.slice': { ...nothing, ...usage } }));
}

const found = (given: Given): string[] => findings(given).map(({ severity, code }) => `${severity} ${code}`);

describe('usageFindings', () => {
  const reserved = { memory: '256Mi', pid: '100' };
  it.each<[string, Given, string[]]>([
    ['room enough', { reserved: { memory: '1Gi' }, usage: { memory: memory(600) } }, []],
    ['half of a small reservation is room enough', { reserved, usage: { memory: memory(100) } }, []],
    ['little room', { reserved, usage: { memory: memory(200) } }, ['warning limit-near-usage']],
    [
      'less than 15 % of much',
      { reserved: { memory: '4Gi' }, usage: { memory: memory(3600) } },
      ['warning limit-near-usage'],
    ],
    [
      'no room, but the rest can be taken back',
      { reserved, usage: { memory: memory(300, { floorBytes: MIB }) } },
      ['warning limit-near-usage'],
    ],
    [
      'files that nobody touches do not count',
      { reserved, usage: { memory: memory(300, { floorBytes: MIB, workingSetBytes: MIB }) } },
      [],
    ],
    ['too little', { reserved, usage: { memory: memory(300) } }, ['error limit-below-usage']],
    ['compressible', { reserved, usage: { memory: memory(300) }, key: 'kube-reserved-compressible' }, []],
    ['nothing enforced', { reserved, usage: { memory: memory(300) }, key: 'pods' }, []],
    ['processes', { reserved, usage: { pids: { used: 100, peak: null } } }, ['error pids-below-usage']],
    ['fewer processes', { reserved, usage: { pids: { used: 99, peak: 200 } } }, []],
    [
      'huge pages in use',
      { reserved, usage: { hugePages: [{ size: '2MB', usedBytes: 2 * MIB, file: 'f' }] } },
      ['error hugetlb-zeroed'],
    ],
    ['huge pages set aside', { reserved, usage: {}, setAside: 4 }, ['info hugetlb-zeroed']],
  ])('%s', (_, given, want) => {
    expect(found(given)).toEqual(want);
  });

  it('says what becomes of it, where it is written, and what would do', () => {
    const usage = { memory: memory(300, { peakBytes: 400 * MIB }) };
    const [unified] = findings({ reserved, usage });
    expect(unified).toMatchObject({
      subject: '/kube.slice',
      message:
        '256 MiB are reserved for /kube.slice, and 300 MiB in there cannot be taken back: the kubelet writes that limit all the same, and the kernel kills processes in there until the rest fits',
      evidence: ['memory.current', '/kubelet.yaml:5'],
      remedy:
        'Enforce kube-reserved-compressible, which limits no memory; or reserve at least memory: 512Mi, a quarter more than the most there was.',
    });
    const [legacy] = findings({ reserved, usage, host: V1, minor: 31 });
    expect(legacy?.message).toContain('the kernel refuses that limit, and the kubelet does not start');
    expect(legacy?.remedy).toMatch(/^Do not enforce kube-reserved; or reserve at least memory: 512Mi/);
  });
});
