import { describe, expect, it } from 'vitest';
import { planned } from '../../../src/cli/audit.ts';
import type { CgroupFacts, HostFacts } from '../../../src/model/host.ts';
import type { Report } from '../../../src/model/report.ts';
import { reportOf } from '../../../src/reconcile/report.ts';
import { hostWith, kubeletConfig, lookAt, v1, v2 } from '../builders.ts';

const C = '/sys/fs/cgroup';
const at = (name: string) => kubeletConfig({ kubeReservedCgroup: { value: name, source: '/kubelet.yaml:7' } });

function report(
  host: HostFacts,
  name: string,
  there: Readonly<Record<string, Partial<CgroupFacts>>> = {},
  ignore: readonly string[] = [],
): Report {
  const look = lookAt(host, at(name), there);
  return reportOf({ command: 'audit', cgprepVersion: '1.2.3', ignore }, look, planned(look));
}

describe('reportOf', () => {
  it('has the published fields and nothing that is only ours', () => {
    const seen = report(hostWith([v2('cpu')]), '/k');
    expect(Object.keys(seen)).toEqual([
      'schemaVersion',
      'command',
      'cgprepVersion',
      'host',
      'kubelet',
      'node',
      'oom',
      'desired',
      'plan',
      'refusals',
      'changes',
      'verdict',
      'findings',
    ]);
    expect(seen).toMatchObject({
      schemaVersion: 'cgprep.report/v1',
      command: 'audit',
      cgprepVersion: '1.2.3',
      host: {
        cgroupMode: 'unified',
        cgroupDriver: { value: 'cgroupfs', evidence: '/kubelet.yaml:3' },
        systemd: null,
      },
      kubelet: { version: '1.34', sources: ['/kubelet.yaml'], enforceNodeAllocatable: ['pods', 'kube-reserved'] },
    });
    expect(Object.keys(seen.host.hierarchies[0] ?? {})).toEqual(['mountpoint', 'controllers', 'type']);
    expect(Object.keys(seen.desired[0] ?? {})).not.toContain('components');
    expect(Object.keys(seen.plan[0] ?? {})).toEqual(['id', 'action', 'target', 'why', 'outcome', 'error']);
    expect(Object.keys(seen.verdict)).toEqual(['kubeletStarts', 'message']);
  });

  it('is plain data: JSON gives it back as it was', () => {
    const seen = report(hostWith([v1('cpuset'), v1('memory')]), '/a/k');
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
  });

  it.each<[string, HostFacts, string, Readonly<Record<string, Partial<CgroupFacts>>>, string]>([
    ['there', hostWith([v2('cpu')]), '/k', { [`${C}/k`]: { controllers: [] } }, 'present'],
    ['not there', hostWith([v2('cpu')]), '/k', {}, 'missing'],
    ['not to be seen', hostWith([v2('cpu')]), '/k', { [`${C}/k`]: { kind: 'unreadable' } }, 'unreadable'],
    [
      'nested without its words',
      hostWith([v2('cpu')]),
      '/a/k',
      { [`${C}/a/k`]: { controllers: ['io'] } },
      'incomplete',
    ],
    ['nested with its words', hostWith([v2('cpu')]), '/a/k', { [`${C}/a/k`]: { controllers: ['cpu'] } }, 'present'],
    ['nested on v1', hostWith([v1('memory')]), '/a/k', { [`${C}/memory/a/k`]: {} }, 'present'],
  ])('a cgroup that is %s', (_, host, name, there, state) => {
    expect(report(host, name, there).desired[0]?.directories.map((one) => one.state)).toEqual([state]);
  });

  it('marks ignored findings and leaves the others', () => {
    const seen = report(hostWith([v1('memory')]), '/k', {}, ['cgroup-v1', 'no-such-code']);
    expect(seen.findings.filter(({ ignored }) => ignored).map(({ code }) => code)).toEqual(['cgroup-v1']);
    expect(seen.findings.length).toBeGreaterThan(1);
  });

  it('prints the text of an error, not the object', () => {
    const look = lookAt(hostWith([v2('cpu')]), at('/k'));
    const outcomes = planned(look).map((one) => ({
      ...one,
      outcome: 'failed' as const,
      error: { kind: 'read-only' as const, message: 'no (EROFS)' },
    }));
    const { plan } = reportOf({ command: 'oneshot', cgprepVersion: '1', ignore: [] }, look, outcomes);
    expect(plan.map(({ outcome, error }) => [outcome, error])).toEqual([['failed', 'no (EROFS)']]);
  });
});
