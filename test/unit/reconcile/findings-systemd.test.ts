import { describe, expect, it } from 'vitest';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import type { Surroundings } from '../../../src/model/look.ts';
import { systemdFindings } from '../../../src/reconcile/findings-systemd.ts';
import { hostWith, kubeletConfig, lookAt, SYSTEMD, v2 } from '../builders.ts';

const value = <T>(given: T): { value: T; source: string } => ({ value: given, source: '/kubelet.yaml:9' });

interface Case {
  readonly name: string;
  readonly driver?: 'systemd' | 'cgroupfs';
  readonly systemd?: null;
  readonly enforced?: boolean;
  readonly surroundings?: Partial<Surroundings>;
  readonly findings: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'a name that means the same everywhere, with the systemd driver': { name: '/kube.slice', findings: [] },
  'a hyphen is a level': {
    name: 'kube-reserved.slice',
    findings: ['warning slice-name-nests kube-reserved.slice', 'info name-differs-by-driver kube-reserved.slice'],
  },
  'a name without .slice': { name: 'kube', findings: ['info name-differs-by-driver kube'] },
  'what people copy from each other: only the last part counts': {
    name: '/system.slice/kube.slice',
    findings: [
      'warning name-parents-ignored /system.slice/kube.slice',
      'info name-differs-by-driver /system.slice/kube.slice',
    ],
  },
  'the same with the cgroupfs driver is a path': {
    name: '/system.slice/kube.slice',
    driver: 'cgroupfs',
    findings: [
      'info name-differs-by-driver /system.slice/kube.slice',
      'warning cgroup-not-systemds /system.slice/kube.slice',
    ],
  },
  'a whole path of slices is what it says': { name: '/system.slice/system-kube.slice', findings: [] },
  'a service is no slice': {
    name: '/system.slice/kubelet.service',
    findings: [
      'warning service-as-cgroup /system.slice/kubelet.service',
      'info name-differs-by-driver /system.slice/kubelet.service',
    ],
  },
  'a name of which the other driver dies': {
    name: '/a--b',
    driver: 'cgroupfs',
    systemd: null,
    findings: ['info name-differs-by-driver /a--b'],
  },
  'limits that are written past systemd': {
    name: '/kube.slice',
    driver: 'cgroupfs',
    findings: ['warning limits-do-not-last /kube.slice'],
  },
  'no limits, nothing that could be lost': { name: '/kube.slice', driver: 'cgroupfs', enforced: false, findings: [] },
  'a cgroup that systemd does not know of': {
    name: '/kubereserved',
    driver: 'cgroupfs',
    findings: ['info name-differs-by-driver /kubereserved', 'warning cgroup-not-systemds /kubereserved'],
  },
  'a daemon that runs elsewhere': {
    name: '/kube.slice',
    surroundings: { daemonsInSystemSlice: ['kubelet.service', 'containerd.service'] },
    findings: ['warning daemon-outside kubelet.service', 'warning daemon-outside containerd.service'],
  },
  'daemons in system.slice where that is what is reserved': {
    name: '/system.slice',
    surroundings: { daemonsInSystemSlice: ['kubelet.service'] },
    findings: [],
  },
  'a limit of a former enforcement': {
    name: '/kube.slice',
    enforced: false,
    surroundings: { limitFiles: [{ unit: 'kube.slice', file: '/run/x/50-MemoryMax.conf' }] },
    findings: ['warning limit-left-over kube.slice'],
  },
  'the limit of what is enforced is no leftover': {
    name: '/kube.slice',
    surroundings: { limitFiles: [{ unit: 'kube.slice', file: '/run/x/50-MemoryMax.conf' }] },
    findings: [],
  },
  'directories of a script for v1': {
    name: '/kube.slice',
    driver: 'cgroupfs',
    systemd: null,
    surroundings: { v1Directories: ['/sys/fs/cgroup/cpu'] },
    findings: ['warning v1-directories-on-v2 /sys/fs/cgroup'],
  },
};

describe('systemdFindings', () => {
  it.each(Object.entries(CASES))('%s', (_, given) => {
    const { name, driver = 'systemd', systemd = SYSTEMD, enforced = true, surroundings = {}, findings } = given;
    const config: Partial<KubeletConfig> = {
      cgroupDriver: value(driver),
      kubeReservedCgroup: value(name),
      enforceNodeAllocatable: value(enforced ? ['kube-reserved'] : ['pods']),
    };
    const look = lookAt(hostWith([v2('cpu')], { systemd }), kubeletConfig(config));
    const found = systemdFindings({ ...look, surroundings: { ...look.surroundings, ...surroundings } });
    expect(found.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`)).toEqual(findings);
    expect(
      found.filter(({ message, remedy, evidence }) => message === '' || remedy === '' || evidence.length === 0),
    ).toEqual([]);
  });
});
