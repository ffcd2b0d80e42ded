import { describe, expect, it } from 'vitest';
import type { BootFacts } from '../../../src/model/boot.ts';
import type { HostFacts } from '../../../src/model/host.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import { bootFindings } from '../../../src/reconcile/findings-boot.ts';
import { hostWith, kubeletConfig, lookAt, SYSTEMD, v1, v2 } from '../builders.ts';

const UNIFIED = hostWith([v2('cpu')], { systemd: SYSTEMD });
const LEGACY = hostWith([v1('cpu,cpuacct'), v1('cpuset'), v1('memory')], { systemd: SYSTEMD });
const SERVICE = {
  unit: 'cgprep.service',
  file: '/etc/systemd/system/cgprep.service',
  order: 'before',
  wantedBy: ['kubelet.service'],
} as const;
const WATCH = { ...SERVICE, unit: 'cgprep-watch.service', file: '/etc/systemd/system/cgprep-watch.service' } as const;
const NOTHING: BootFacts = {
  kubelet: { unit: 'kubelet.service', file: '/usr/lib/systemd/system/kubelet.service' },
  startPre: null,
  services: [],
  lateSlices: [],
  enabledSlices: [],
};
const value = <T>(given: T): { value: T; source: string } => ({ value: given, source: '/kubelet.yaml:9' });

interface Case {
  readonly boot: Partial<BootFacts> | null;
  readonly host?: HostFacts;
  readonly config?: Partial<KubeletConfig>;
  readonly findings: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'as it should be': { boot: { services: [SERVICE] }, findings: [] },
  'a service that nothing starts': {
    boot: { services: [{ ...SERVICE, wantedBy: [] }] },
    findings: ['warning boot-order cgprep.service'],
  },
  'a service beside the kubelet': {
    boot: { services: [{ ...SERVICE, order: 'unordered' }] },
    findings: ['warning boot-order cgprep.service'],
  },
  'a service after the kubelet': {
    boot: { services: [{ ...SERVICE, order: 'after' }] },
    findings: ['warning boot-order cgprep.service'],
  },
  "but the kubelet's own start runs it too": {
    boot: { services: [{ ...SERVICE, order: 'after' }], startPre: { file: '/x.conf', runs: 'cgprep' } },
    findings: [],
  },
  'watch alone is enough': { boot: { services: [{ ...SERVICE, wantedBy: [] }, WATCH] }, findings: [] },
  'and not when it starts too late': {
    boot: {
      services: [
        { ...SERVICE, wantedBy: [] },
        { ...WATCH, order: 'after' },
      ],
    },
    findings: ['warning boot-order cgprep-watch.service'],
  },
  'a slice after the kubelet': {
    boot: { services: [SERVICE], lateSlices: [{ unit: 'kube.slice', file: '/kube.slice' }] },
    findings: ['warning boot-order kube.slice'],
  },
  'nothing prepares it': { boot: {}, findings: ['info not-prepared-at-boot /kube.slice'] },
  'a slice that comes at boot is all that v2 needs': { boot: { enabledSlices: ['kube.slice'] }, findings: [] },
  'and not what v1 needs': {
    boot: { enabledSlices: ['kube.slice'] },
    host: LEGACY,
    findings: ['info not-prepared-at-boot /kube.slice'],
  },
  'system.slice is always there on v2': {
    boot: {},
    config: { kubeReservedCgroup: value('/system.slice') },
    findings: [],
  },
  'a nested slice is not complete by itself': {
    boot: { enabledSlices: ['kube-reserved.slice'] },
    config: { kubeReservedCgroup: value('/kube-reserved.slice') },
    findings: ['info not-prepared-at-boot /kube.slice/kube-reserved.slice'],
  },
  'a script makes it': { boot: { startPre: { file: '/x.conf', runs: 'mkdir' } }, findings: [] },
  'nothing is enforced': { boot: {}, config: { enforceNodeAllocatable: value(['pods']) }, findings: [] },
  'the kubelet is no unit': { boot: { kubelet: null }, findings: [] },
  'nobody looked': { boot: null, findings: [] },
};

describe('bootFindings', () => {
  it.each(Object.entries(CASES))('%s', (_, { boot, host = UNIFIED, config = {}, findings }) => {
    const look = lookAt(host, kubeletConfig({ cgroupDriver: value('systemd'), ...config }));
    const found = bootFindings({ ...look, boot: boot === null ? null : { ...NOTHING, ...boot } });
    expect(found.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`)).toEqual(findings);
    expect(found.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
  });
});

it('what is not started is enabled by the unit that the kubelet runs in', () => {
  const look = lookAt(UNIFIED, kubeletConfig({ cgroupDriver: value('systemd') }));
  const remedyOn = (unit: string): string | undefined =>
    bootFindings({
      ...look,
      boot: { ...NOTHING, kubelet: { unit, file: `/x/${unit}` }, services: [{ ...SERVICE, wantedBy: [] }] },
    })[0]?.remedy;
  expect(remedyOn('kubelet.service')).toBe('systemctl enable cgprep.service');
  expect(remedyOn('k3s-agent.service')).toBe('systemctl add-wants k3s-agent.service cgprep.service');
});
