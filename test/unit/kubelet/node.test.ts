import { describe, expect, it } from 'vitest';
import { nodeResources } from '../../../src/kubelet/node.ts';
import { NOTHING_KNOWN } from '../builders.ts';
import { effective } from './configs.ts';

describe('nodeResources', () => {
  // The kubelet's own float32 arithmetic, run.
  it.each([
    ['10%', 107_374_182_400, 10_737_418_400],
    ['10%', 105_088_212_992, 10_508_821_455],
    ['15%', 107_374_182_400, 16_106_128_000],
    ['5%', 16_777_216_000, 838_860_812],
    ['7.5%', 16_653_225_984, 1_248_991_998],
    ['33.3%', 8_345_677_824, 2_779_110_751],
    ['100Mi', 8_345_677_824, 104_857_600],
    ['0%', 8_345_677_824, 0],
  ])('the threshold %s of %i is %i', (threshold, memoryBytes, eviction) => {
    const config = effective(36, `evictionHard: {memory.available: ${threshold}}\n`);
    const [memory] = nodeResources(config, { ...NOTHING_KNOWN, memoryBytes });
    expect(memory).toMatchObject({ resource: 'memory', eviction, allocatable: memoryBytes - eviction });
  });

  it('capacity less what is reserved, and of memory less the huge pages', () => {
    const config = effective(
      36,
      'kubeReserved: {cpu: 100m, memory: 256Mi}\nsystemReserved: {cpu: "0.2", memory: 512Mi}\nevictionHard: {memory.available: 100Mi}\n',
    );
    const hugePages = [
      { size: '1GB', pageBytes: 2 ** 30, count: 1 },
      { size: '2MB', pageBytes: 2 ** 21, count: 0 },
    ];
    const machine = { ...NOTHING_KNOWN, cpus: 2, memoryBytes: 4 * 2 ** 30, hugePages };
    const none = { systemReserved: 0, kubeReserved: 0, eviction: 0, hugePages: 0 };
    const MIB = 2 ** 20;
    expect(nodeResources(config, machine)).toStrictEqual([
      {
        resource: 'cpu',
        unit: 'millicores',
        ...none,
        capacity: 2000,
        systemReserved: 200,
        kubeReserved: 100,
        allocatable: 1700,
      },
      {
        resource: 'memory',
        unit: 'bytes',
        capacity: 4096 * MIB,
        systemReserved: 512 * MIB,
        kubeReserved: 256 * MIB,
        eviction: 100 * MIB,
        hugePages: 1024 * MIB,
        allocatable: 2204 * MIB,
      },
      { resource: 'hugepages-1Gi', unit: 'bytes', ...none, capacity: 1024 * MIB, allocatable: 1024 * MIB },
    ]);
  });

  it('nothing below 0', () => {
    const [cpu] = nodeResources(effective(36, 'kubeReserved: {cpu: "3"}\n'), { ...NOTHING_KNOWN, cpus: 2 });
    expect(cpu).toMatchObject({ capacity: 2000, kubeReserved: 3000, allocatable: 0 });
  });
});
