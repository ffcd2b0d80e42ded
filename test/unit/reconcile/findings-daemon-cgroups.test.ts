import { describe, expect, it } from 'vitest';
import { daemonCgroupFindings } from '../../../src/reconcile/findings-daemon-cgroups.ts';
import { hostWith, kubeletConfig, lookAt, SYSTEMD, v1, v2 } from '../builders.ts';

const value = <T>(given: T): { value: T; source: string } => ({ value: given, source: '/kubelet.yaml:9' });
const UNIFIED = hostWith([v2('cpu')], { systemd: SYSTEMD });
const LEGACY = hostWith([v1('cpu')], { systemd: SYSTEMD });
const SERVICE = ['kubelet.service'];

describe('daemonCgroupFindings', () => {
  it.each([
    ['nothing is set', '', '', UNIFIED, SERVICE, []],
    ['where systemd put it', '/system.slice/kubelet.service', '', UNIFIED, SERVICE, []],
    [
      'where systemd did not put it',
      '/kube.slice/kubelet.service',
      '',
      UNIFIED,
      SERVICE,
      ['warning kubelet-cgroups-moves'],
    ],
    ['where systemd may have put it', '/kube.slice/kubelet.service', '', UNIFIED, [], []],
    ['in no unit', '/systemd/system.slice', '', UNIFIED, [], ['warning kubelet-cgroups-moves']],
    ['in no unit, where there are none', '/kubelet', '', hostWith([v2('cpu')]), [], []],
    ['others are moved, v1', '', '/system.slice', LEGACY, [], ['warning system-cgroups-moves']],
    ['others are moved, v2', '', '/system.slice', UNIFIED, [], ['info system-cgroups-moves']],
  ])('%s', (_, kubeletCgroups, systemCgroups, host, daemonsInSystemSlice, findings) => {
    const config = kubeletConfig({
      kubeletCgroups: value(kubeletCgroups),
      systemCgroups: value(systemCgroups),
      kubeReservedCgroup: value(''),
      enforceNodeAllocatable: value(['pods']),
    });
    const look = lookAt(host, config);
    const found = daemonCgroupFindings({ ...look, surroundings: { ...look.surroundings, daemonsInSystemSlice } });
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(findings);
  });

  it.each([
    ['pods', 'info'],
    ['kube-reserved', 'warning'],
  ])('outside what is reserved, with %s enforced: %s', (key, severity) => {
    const config = kubeletConfig({
      kubeletCgroups: value('/runtime.slice/kubelet.service'),
      enforceNodeAllocatable: value([key]),
    });
    expect(daemonCgroupFindings(lookAt(UNIFIED, config))).toMatchObject([
      { code: 'kubelet-cgroups-outside', severity },
    ]);
  });
});
