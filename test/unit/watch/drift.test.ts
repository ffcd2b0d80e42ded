import { describe, expect, it } from 'vitest';
import { changedLimits, limitKey, movedDaemons } from '../../../src/watch/drift.ts';
import { statusLine } from '../../../src/watch/status-line.ts';
import { initialStatus } from '../../../src/watch/status.ts';
import { matters, triggersOf } from '../../../src/watch/triggers.ts';

const FACT = { file: '/sys/fs/cgroup/kube.slice/memory.max', wanted: '4096', found: 'max' };

describe('limits', () => {
  it.each([
    ['that the kubelet has not written yet', FACT, new Set<string>(), 0],
    ['that are as they were', { ...FACT, found: '4096' }, new Set([limitKey(FACT)]), 0],
    ['that were right once', FACT, new Set([limitKey(FACT)]), 1],
    ['that were right with another wish', { ...FACT, wanted: '8192' }, new Set([limitKey(FACT)]), 0],
  ])('%s', (_, fact, onceRight, drifted) => {
    expect(changedLimits([fact], onceRight)).toHaveLength(drifted);
  });
});

describe('daemons', () => {
  const inside = { name: 'kubelet', pid: 1, path: '/kube.slice/kubelet.service', reserved: true };
  const outside = { name: 'kubelet', pid: 2, path: '/system.slice/kubelet.service', reserved: false };
  it.each([
    ['that stay', [inside], [inside], 0],
    ['that have ended', [inside], [], 0],
    ['that were outside from the start', [outside], [outside], 0],
    ['that run in both', [inside], [inside, outside], 0],
    ['that have moved', [inside], [outside], 1],
  ])('%s', (_, before, now, moved) => {
    expect(movedDaemons(before, now)).toHaveLength(moved);
  });
});

describe('triggers', () => {
  const triggers = triggersOf(null, ['/var/lib/kubelet/config.yaml', '/proc/cmdline']);
  it.each([
    ['/var/lib/kubelet', 'config.yaml', true],
    ['/var/lib/kubelet', 'cpu_manager_state', false],
    ['/var/lib/kubelet', null, true],
    ['/sys/fs/cgroup', 'hugetlb', true],
    ['/proc', 'cmdline', false],
  ])('%s %s: %s', (directory, name, want) => {
    expect(matters(triggers, directory, name)).toBe(want);
  });
});

describe('the status line', () => {
  it('is one line, and begins with what matters', () => {
    const status = { ...initialStatus('1', 0), ready: true };
    expect(statusLine(status)).toBe('Ready for the kubelet');
    expect(statusLine({ ...status, ready: false, message: 'm', backingOff: ['/x'] })).toBe(
      'Not ready for the kubelet: m; backing off from /x',
    );
  });
});
