import { describe, expect, it } from 'vitest';
import type { OomDaemon } from '../../../src/model/oom.ts';
import type { Look } from '../../../src/model/look.ts';
import { burstable, oomFindings, oomOf } from '../../../src/reconcile/oom.ts';
import { hostWith, kubeletConfig, lookAt, NOTHING_KNOWN, v2 } from '../builders.ts';

function look(...daemons: readonly OomDaemon[]): Look {
  const seen = lookAt(hostWith([v2()]), kubeletConfig(), {}, null, { ...NOTHING_KNOWN, memoryBytes: 4 * 2 ** 30 });
  return { ...seen, oom: { daemons, first: [], complete: true } };
}

describe('oom_score_adj', () => {
  // qos/policy.go, GetContainerOOMScoreAdjust.
  it.each([
    [0, 4096, 999],
    [1, 4096, 999],
    [1024, 4096, 750],
    [2048, 4096, 500],
    [4096, 4096, 3],
    [4090, 4096, 3],
    [4080, 4096, 4],
  ])('of a Burstable container that requests %i of %i is %i', (request, capacity, adjust) => {
    expect(burstable(request, capacity)).toBe(adjust);
  });

  it.each<[string, number, string[]]>([
    ['kubelet', -999, []],
    ['kubelet', 0, ['warning']],
    ['containerd', -1000, []],
    ['containerd', -998, ['info']],
    ['crio', 0, ['warning']],
    ['dockerd', -500, []],
    ['dockerd', 0, ['warning']],
  ])('%s with %i', (name, scoreAdj, severities) => {
    expect(oomFindings(look({ pid: 7, name, scoreAdj })).map(({ severity }) => severity)).toEqual(severities);
  });

  it('in the report, and nothing where nobody looked', () => {
    expect(oomOf(look({ pid: 7, name: 'kubelet', scoreAdj: 0 }))).toEqual({
      daemons: [{ pid: 7, name: 'kubelet', scoreAdj: 0, wanted: -999 }],
      pods: { guaranteed: -997, burstable1GiB: 750, bestEffort: 1000 },
      first: [],
      complete: true,
    });
    const nobody = lookAt(hostWith([v2()]));
    expect([oomOf(nobody), oomFindings(nobody)]).toEqual([null, []]);
  });
});
