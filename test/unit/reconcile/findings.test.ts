import { describe, expect, it } from 'vitest';
import type { CgroupFacts, HostFacts, Units } from '../../../src/model/host.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import type { Outcome } from '../../../src/model/plan.ts';
import { systemdFindings } from '../../../src/reconcile/findings-systemd.ts';
import { findingsOf } from '../../../src/reconcile/findings.ts';
import { hostWith, kubeletConfig, lookAt, SYSTEMD, v1, v2 } from '../builders.ts';

const C = '/sys/fs/cgroup';
const V2 = hostWith([v2('cpu memory')]);
const V1 = hostWith([v1('cpu,cpuacct'), v1('cpuset'), v1('memory')]);
const BUILT_IN = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'hugetlb'].map((name) => ({ name, enabled: true }));
const READY = { [`${C}/kube.slice`]: { kind: 'directory', controllers: ['cpu', 'memory'] } } as const;
const value = <T>(given: T): { value: T; source: string } => ({ value: given, source: '/kubelet.yaml:9' });
const ASSUMED = { value: { text: '1.36', minor: 36 }, source: 'assumed: the newest that cgprep knows' };

interface Case {
  readonly host?: HostFacts;
  readonly config?: Partial<KubeletConfig>;
  readonly there?: Readonly<Record<string, Partial<CgroupFacts>>>;
  readonly units?: Units;
  /** `severity code subject` */
  readonly findings: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'a ready host has none': { there: READY, findings: [] },
  'what is missing is named where it is missing': {
    host: V1,
    there: { [`${C}/memory/kube.slice`]: {}, [`${C}/cpuset/kube.slice`]: { cpus: '0', mems: '0' } },
    findings: [`error cgroup-missing ${C}/cpu,cpuacct/kube.slice`, 'info cgroup-v1 legacy'],
  },
  'what is not enforced is only a warning': {
    config: { enforceNodeAllocatable: value(['pods']) },
    findings: [`warning cgroup-missing ${C}/kube.slice`, 'info reserved-not-enforced /kube.slice'],
  },
  'an empty cpuset lets no process in, but stops no kubelet': {
    host: V1,
    there: {
      [`${C}/cpu,cpuacct/kube.slice`]: {},
      [`${C}/memory/kube.slice`]: {},
      [`${C}/cpuset/kube.slice`]: { cpus: '', mems: '0' },
    },
    findings: [`warning cpuset-empty ${C}/cpuset/kube.slice`, 'info cgroup-v1 legacy'],
  },
  'an empty cpuset above it stops the kubelet': {
    host: hostWith([v1('cpu,cpuacct,cpuset,memory', { mountpoint: `${C}/all` })]),
    config: { kubeReservedCgroup: value('/a/k') },
    there: {
      [`${C}/all`]: { cpus: '0-3', mems: '0' },
      [`${C}/all/a`]: { cpus: '', mems: '0' },
      [`${C}/all/a/k`]: { cpus: '', mems: '0' },
    },
    findings: [`error cpuset-empty ${C}/all/a`, `warning cpuset-empty ${C}/all/a/k`, 'info cgroup-v1 legacy'],
  },
  'a nested cgroup that is not given its controllers': {
    config: { kubeReservedCgroup: value('/a/k') },
    there: {
      [`${C}/a`]: { type: 'domain', populated: false, subtreeControl: ['cpu'] },
      [`${C}/a/k`]: { controllers: ['cpu'] },
    },
    findings: [`error controllers-missing ${C}/a/k`],
  },
  'a refusal is a finding of its own': {
    host: hostWith([v2('cpu', { readOnly: true })]),
    findings: [`error cgroup-missing ${C}/kube.slice`, `error read-only ${C}/kube.slice`],
  },
  'a masked slice': {
    host: { ...V2, systemd: SYSTEMD },
    units: {
      'kube.slice': { loadState: 'masked', activeState: 'inactive', loadError: 'Unit is masked.', properties: {} },
    },
    findings: [`error cgroup-missing ${C}/kube.slice`, 'error unit-refused kube.slice'],
  },
  'nothing was found and nothing is known': {
    config: { found: false, version: ASSUMED },
    there: READY,
    findings: ['info kubelet-config-not-found kubelet', 'info kubelet-version-unknown kubelet'],
  },
  'what the kubelet ignores without a word': {
    there: READY,
    config: {
      oddities: [
        { kind: 'duplicate-key', key: 'kubeReserved.cpu', source: '/kubelet.yaml:8', message: 'twice' },
        { kind: 'extra-document', key: '', source: '/kubelet.yaml:20', message: 'more' },
      ],
    },
    findings: ['warning config-duplicate-key kubeReserved.cpu', 'warning config-extra-document /kubelet.yaml:20'],
  },
  'a name of which the kubelet dies': {
    config: { cgroupDriver: value('systemd'), kubeReservedCgroup: value('a--b.slice') },
    findings: ['error driver-without-systemd cgroupDriver', 'error cgroup-name-panics a--b.slice'],
  },
  'a name of which it would die if it looked': {
    config: {
      cgroupDriver: value('systemd'),
      kubeReservedCgroup: value('a--b.slice'),
      enforceNodeAllocatable: value(['pods']),
    },
    findings: ['error driver-without-systemd cgroupDriver', 'warning cgroup-name-panics a--b.slice'],
  },
  'an enforcement that the kubelet refuses': {
    there: READY,
    config: { enforceNodeAllocatable: value(['kube-reservd']) },
    findings: ['error kubelet-config-refused /kubelet.yaml:9', 'info reserved-not-enforced /kube.slice'],
  },
  'a reservation that is no quantity': {
    there: READY,
    config: { kubeReserved: value({ memory: '1GB' }) },
    findings: ['error kubelet-config-refused /kubelet.yaml:4'],
  },
  'both reserved cgroups in one': {
    there: READY,
    config: { systemReservedCgroup: value('kube.slice') },
    findings: ['warning reserved-cgroups-overlap kube.slice /kube.slice', 'info reserved-not-enforced kube.slice'],
  },
  'one reserved cgroup in the other': {
    config: { kubeReservedCgroup: value('/s/k'), systemReservedCgroup: value('/s') },
    there: {
      [C]: { subtreeControl: ['cpu', 'memory'] },
      [`${C}/s`]: { type: 'domain', populated: false, subtreeControl: ['cpu', 'memory'] },
      [`${C}/s/k`]: { controllers: ['cpu', 'memory'] },
    },
    findings: ['warning reserved-cgroups-overlap /s /s/k', 'info reserved-not-enforced /s'],
  },
  'names that only begin alike do not overlap': {
    config: { kubeReservedCgroup: value('/kube'), systemReservedCgroup: value('/kube2') },
    there: { [`${C}/kube`]: { controllers: ['cpu'] }, [`${C}/kube2`]: { controllers: ['cpu'] } },
    findings: ['info reserved-not-enforced /kube2'],
  },
  'no cgroups at all': {
    host: hostWith([], { mode: 'unavailable' }),
    findings: ['error no-cgroups /sys/fs/cgroup'],
  },
  'a memory controller that is switched off on v2: the kubelet starts, and limits nothing': {
    host: hostWith([v2('cpu memory')], {
      kernelControllers: [
        ...BUILT_IN.filter(({ name }) => name !== 'memory'),
        { name: 'memory', enabled: false },
        { name: 'rdma', enabled: false },
      ],
    }),
    there: READY,
    findings: ['warning controller-disabled memory'],
  },
  'a newer kernel names in /proc/cgroups only what v1 can have': {
    host: hostWith([v2('cpu')], {
      kernelControllers: BUILT_IN.filter(({ name }) => !['cpu', 'memory'].includes(name)),
      bootWords: ['quiet', 'cgroup_disable=rdma,memory'],
    }),
    there: READY,
    findings: ['warning controller-disabled memory'],
  },
  'a kernel without huge page and process limits, on v2': {
    host: hostWith([v2('cpu memory')], {
      kernelControllers: BUILT_IN.filter(({ name }) => !['hugetlb', 'pids'].includes(name)),
    }),
    there: READY,
    findings: ['warning controller-not-built-in pids', 'info controller-not-built-in hugetlb'],
  },
  'a kernel without cpusets, on v1': {
    host: hostWith([v1('cpu,cpuacct'), v1('memory')], {
      kernelControllers: BUILT_IN.filter(({ name }) => name !== 'cpuset'),
    }),
    there: { [`${C}/cpu,cpuacct/kube.slice`]: {}, [`${C}/memory/kube.slice`]: {} },
    findings: ['error controller-not-built-in cpuset', 'info cgroup-v1 legacy'],
  },
  "a container's root says nothing of the kernel": {
    host: hostWith([v2('cpu')], { kernelControllers: [{ name: 'cpu', enabled: true }] }),
    there: { ...READY, [C]: { type: 'domain' } },
    findings: [],
  },
  'a cgroupRoot that is not there': {
    there: READY,
    config: { cgroupRoot: value('/pods') },
    findings: ['error cgroup-root-unusable /pods'],
  },
  'a cgroupRoot that the systemd driver renames': {
    host: { ...V2, systemd: SYSTEMD },
    there: { ...READY, [`${C}/pods.slice.slice`]: { controllers: ['cpu', 'memory'] } },
    config: { cgroupDriver: value('systemd'), cgroupRoot: value('/pods.slice') },
    findings: ['warning cgroup-root-renamed /pods.slice'],
  },
  'a cgroupRoot that it does not': {
    host: { ...V2, systemd: SYSTEMD },
    there: { ...READY, [`${C}/pods.slice`]: { controllers: ['cpu', 'memory'] } },
    config: { cgroupDriver: value('systemd'), cgroupRoot: value('pods') },
    findings: [],
  },
  'a cgroupRoot of which the kubelet dies': {
    host: { ...V2, systemd: SYSTEMD },
    there: READY,
    config: { cgroupDriver: value('systemd'), cgroupRoot: value('/a//b') },
    findings: ['error cgroup-name-panics /a//b'],
  },
  'kubeletCgroups outside what is reserved for the kubelet, where systemd started it': {
    host: { ...V2, systemd: SYSTEMD },
    there: READY,
    config: { kubeletCgroups: value('/system.slice/kubelet.service') },
    findings: ['warning kubelet-cgroups-outside kubeletCgroups'],
  },
  'kubeletCgroups inside it': {
    host: { ...V2, systemd: SYSTEMD },
    there: READY,
    config: { kubeletCgroups: value('/kube.slice/kubelet.service') },
    findings: [],
  },
  'kubeletCgroups and systemCgroups that systemd does not know of': {
    host: { ...V2, systemd: SYSTEMD },
    there: READY,
    config: {
      kubeletCgroups: value('/kube.slice'),
      systemCgroups: value('/system.slice'),
      cgroupRoot: value('/'),
    },
    findings: ['warning kubelet-cgroups-moves kubeletCgroups', 'info system-cgroups-moves systemCgroups'],
  },
  'the root as systemCgroups': {
    there: READY,
    config: { systemCgroups: value('/'), cgroupRoot: value('/') },
    findings: ['error kubelet-config-refused /kubelet.yaml:4'],
  },
  'a cpu that reservedSystemCPUs takes the place of, and a storage that nobody looks at': {
    there: READY,
    config: {
      enforceNodeAllocatable: value([]),
      kubeReservedCgroup: value(''),
      kubeReserved: value({ cpu: '1', 'ephemeral-storage': '1Gi' }),
      reservedSystemCPUs: value('0'),
    },
    findings: ['info reserved-cpus-override reservedSystemCPUs', 'info storage-not-judged ephemeral-storage'],
  },
  'what would be refused next is told at once': {
    config: {
      oomScoreAdj: value(2000),
      cpuManagerPolicy: value('static'),
      cgroupRoot: value('/pods'),
      kubeReserved: value({ memory: '1Mi' }),
    },
    findings: [
      'error kubelet-config-refused /kubelet.yaml:4',
      'error kubelet-config-refused /kubelet.yaml:4',
      'error cgroup-root-unusable /pods',
      `error cgroup-missing ${C}/kube.slice`,
    ],
  },
  'but not what follows from a number that cannot be read': {
    there: READY,
    config: { cpuManagerPolicy: value('static'), kubeReserved: value({ cpu: 'x' }) },
    findings: ['error kubelet-config-refused /kubelet.yaml:4'],
  },
  'the CPU manager has nothing to keep back': {
    there: READY,
    config: { cpuManagerPolicy: value('static'), kubeReserved: value({ memory: '1Gi' }) },
    findings: ['error kubelet-config-refused /kubelet.yaml:4'],
  },
  'cgroup v1 where the version decides and is not known': {
    host: V1,
    config: { version: ASSUMED, failCgroupV1: { value: false, source: 'kubelet default' } },
    there: {
      [`${C}/cpu,cpuacct/kube.slice`]: {},
      [`${C}/memory/kube.slice`]: {},
      [`${C}/cpuset/kube.slice`]: { cpus: '0', mems: '0' },
    },
    findings: ['warning cgroup-v1 legacy', 'info kubelet-version-unknown kubelet'],
  },
};

const line = ({ severity, code, subject }: { severity: string; code: string; subject: string }): string =>
  `${severity} ${code} ${subject}`;

describe('findingsOf', () => {
  it.each(Object.entries(CASES))('%s', (_, { host = V2, config = {}, there = {}, units = null, findings }) => {
    const look = lookAt(host, kubeletConfig(config), there, units);
    // What is about systemd and names has a table of its own.
    const elsewhere = systemdFindings(look).map(({ code }) => code);
    const found = findingsOf(look, []).filter(({ code }) => !elsewhere.includes(code));
    expect(found.map(line)).toEqual(findings);
    expect(
      found.filter(({ message, remedy, evidence }) => message === '' || remedy === '' || evidence.length === 0),
      'each says what is so, by what it is known, and what to do',
    ).toEqual([]);
  });

  it('a kubelet that refuses for cgroup v1 says so as an error', () => {
    const config = kubeletConfig({
      version: { value: { text: '1.36', minor: 36 }, source: '--kubelet-version' },
      failCgroupV1: value(true),
    });
    expect(findingsOf(lookAt(V1, config), []).map(line)).toContain('error cgroup-v1-refused legacy');
  });

  it.each([
    [34, null, 'kubelet 1.35 and newer refuse it by default, and 1.38 may be without it; systemd 258 no longer has it'],
    [36, 252, 'kubelet 1.36 runs there only because failCgroupV1 is false, and 1.38 may be without it; systemd 258 no'],
    [
      38,
      257,
      "kubelet 1.38 may be without it; systemd 257 boots it only with SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 on the kernel's command line, and 258 no longer has it",
    ],
  ])('the end of cgroup v1, for kubelet 1.%i and systemd %s', (minor, systemd, text) => {
    const version = { value: { text: `1.${minor}`, minor }, source: '--kubelet-version' };
    const host = { ...V1, systemd: { running: true, version: systemd } as const };
    const findings = findingsOf(lookAt(host, kubeletConfig({ version, failCgroupV1: value(false) })), []);
    const found = findings.find(({ code }) => code === 'cgroup-v1');
    expect(found?.message).toContain(`this host runs cgroup v1: ${text}`);
    expect(found?.evidence).toContain('/kubelet.yaml:9');
  });

  it.each([
    [[], 'Boot with cgroup_enable=memory cgroup_memory=1 (on a Raspberry Pi'],
    [['cgroup_enable=memory'], 'Boot with cgroup_memory=1 (on a Raspberry Pi'],
    [['cgroup_memory=1', 'cgroup_enable=memory'], 'Boot without cgroup_disable=memory; the words'],
  ])('the boot words that are missing for memory: %j', (bootWords, remedy) => {
    const kernelControllers = [...BUILT_IN.filter(({ name }) => name !== 'memory'), { name: 'memory', enabled: false }];
    const findings = findingsOf(lookAt(hostWith([v2('cpu')], { kernelControllers, bootWords })), []);
    expect(findings.find(({ code }) => code === 'controller-disabled')?.remedy).toContain(remedy);
  });

  it('whenever the kubelet would refuse, an error says why, even if no other finding does', () => {
    const look = {
      ...lookAt(V2, kubeletConfig(), READY),
      verdict: { kubeletStarts: false, message: 'm', rule: 'new', next: [] },
    };
    expect(findingsOf(look, [])).toMatchObject([{ severity: 'error', code: 'kubelet-refuses', message: 'm' }]);
  });

  it('an action that failed is an error only if the kubelet needs it', () => {
    const look = lookAt(V2, kubeletConfig(), READY);
    const outcome = (needed: boolean): Outcome => ({
      action: { id: 'x', action: 'make-directory', target: `${C}/k`, why: 'w', needed, mountpoint: C, path: '/k' },
      outcome: 'failed',
      error: { kind: 'rejected', message: `no (${String(needed)})` },
    });
    expect(findingsOf(look, [outcome(false), outcome(true)]).map(line)).toEqual([
      `error action-failed ${C}/k`,
      `warning action-failed ${C}/k`,
    ]);
  });

  it.each([
    ['would be made', {}, 'Run cgprep oneshot, which makes it.'],
    ['would not', { readOnly: true }, 'See what was refused, and why: cgprep does not make it.'],
  ])('the remedy for a missing cgroup is true: it %s', (_, over, remedy) => {
    const findings = findingsOf(lookAt(hostWith([v2('cpu', over)])), []);
    expect(findings.find(({ code }) => code === 'cgroup-missing')?.remedy).toBe(remedy);
  });
});
