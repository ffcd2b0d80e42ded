import { describe, expect, it } from 'vitest';
import type { BootFacts } from '../../../src/model/boot.ts';
import type { HostFacts } from '../../../src/model/host.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import { bootFindings } from '../../../src/reconcile/findings-boot.ts';
import { hostWith, kubeletConfig, lookAt, SYSTEMD, v1, v2 } from '../builders.ts';

const UNIFIED = hostWith([v2('cpu')], { systemd: SYSTEMD });
const LEGACY = hostWith([v1('cpu,cpuacct'), v1('cpuset'), v1('memory')], { systemd: SYSTEMD });
const SERVICE = { file: '/etc/systemd/system/cgprep.service', order: 'before', wantedBy: ['kubelet.service'] } as const;
const NOTHING: BootFacts = {
  kubelet: '/usr/lib/systemd/system/kubelet.service',
  startPre: null,
  service: null,
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
  'as it should be': { boot: { service: SERVICE }, findings: [] },
  'a service that nothing starts': {
    boot: { service: { ...SERVICE, wantedBy: [] } },
    findings: ['warning boot-order cgprep.service'],
  },
  'a service beside the kubelet': {
    boot: { service: { ...SERVICE, order: 'unordered' } },
    findings: ['warning boot-order cgprep.service'],
  },
  'a service after the kubelet': {
    boot: { service: { ...SERVICE, order: 'after' } },
    findings: ['warning boot-order cgprep.service'],
  },
  "but the kubelet's own start runs it too": {
    boot: { service: { ...SERVICE, order: 'after' }, startPre: { file: '/x.conf', runs: 'cgprep' } },
    findings: [],
  },
  'a slice after the kubelet': {
    boot: { service: SERVICE, lateSlices: [{ unit: 'kube.slice', file: '/kube.slice' }] },
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
