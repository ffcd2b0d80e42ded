import { describe, expect, it } from 'vitest';
import { effectiveConfig } from '../../../src/kubelet/effective.ts';
import { decode, effective, refusal } from './configs.ts';

const DEFAULT = 'kubelet default';
const ASSUMED = 'assumed: no kubelet configuration found';

describe('with neither file nor flags', () => {
  it('what cgprep is there for is assumed', () => {
    expect(effective(34, null)).toMatchObject({
      found: false,
      sources: [],
      enforceNodeAllocatable: { value: ['pods', 'kube-reserved', 'system-reserved'], source: ASSUMED },
      kubeReserved: { value: { cpu: '100m' }, source: ASSUMED },
      systemReserved: { value: { cpu: '100m' }, source: ASSUMED },
      kubeReservedCgroup: { value: '/kube.slice', source: ASSUMED },
      systemReservedCgroup: { value: '/system.slice', source: ASSUMED },
      cgroupDriver: { value: 'cgroupfs', source: ASSUMED },
      cgroupsPerQOS: { value: true, source: ASSUMED },
      failCgroupV1: { value: false, source: ASSUMED },
      oddities: [],
    });
  });

  it("cgprep's own options still count", () => {
    const kubeReservedCgroup = { value: '/k', source: '--kube-reserved-cgroup' };
    const config = effective(34, null, null, { kubeReservedCgroup });
    expect(config).toMatchObject({ found: false, kubeReservedCgroup, systemReservedCgroup: { source: ASSUMED } });
  });
});

describe('defaults', () => {
  it('an empty file or an empty command line has the defaults of the kubelet', () => {
    const defaults = {
      found: true,
      enforceNodeAllocatable: { value: ['pods'], source: DEFAULT },
      kubeReserved: { value: null, source: DEFAULT },
      systemReserved: { value: null, source: DEFAULT },
      kubeReservedCgroup: { value: '', source: DEFAULT },
      systemReservedCgroup: { value: '', source: DEFAULT },
      cgroupDriver: { value: 'cgroupfs', source: DEFAULT },
      cgroupRoot: { value: '/', source: DEFAULT },
      cgroupsPerQOS: { value: true, source: DEFAULT },
      reservedSystemCPUs: { value: '', source: DEFAULT },
      featureGates: { value: {}, source: DEFAULT },
      kubeletCgroups: { value: '', source: DEFAULT },
      systemCgroups: { value: '', source: DEFAULT },
      failSwapOn: { value: true, source: DEFAULT },
      oomScoreAdj: { value: -999, source: DEFAULT },
    };
    expect(effective(34, '')).toMatchObject({ ...defaults, sources: ['/c.yaml'] });
    expect(effective(34, null, '')).toMatchObject({ ...defaults, sources: ['--kubelet-args'] });
  });

  it('a null or an empty string in the file is as good as nothing', () => {
    const config = effective(
      34,
      'enforceNodeAllocatable: ~\ncgroupDriver: ""\nkubeReserved:\ncgroupRoot: ""\nkubeReservedCgroup: ""\n',
    );
    expect(config).toMatchObject({
      enforceNodeAllocatable: { value: ['pods'], source: DEFAULT },
      cgroupDriver: { value: 'cgroupfs', source: DEFAULT },
      cgroupRoot: { value: '/', source: DEFAULT },
      kubeReserved: { value: null, source: DEFAULT },
      kubeReservedCgroup: { value: '', source: '/c.yaml:7' },
    });
  });

  it('an empty list is kept, an empty map is none, a null in a map is an empty quantity', () => {
    expect(
      effective(34, 'enforceNodeAllocatable: []\nkubeReserved: {}\nsystemReserved: {cpu: ~}\nfeatureGates: {A: ~}\n'),
    ).toMatchObject({
      enforceNodeAllocatable: { value: [], source: '/c.yaml:3' },
      kubeReserved: { value: null, source: '/c.yaml:4' },
      systemReserved: { value: { cpu: '' }, source: '/c.yaml:5' },
      featureGates: { value: { A: false } },
    });
  });

  it('cgroupRoot stays empty where no QoS cgroups are made', () => {
    expect(effective(34, 'cgroupsPerQOS: false\n').cgroupRoot).toStrictEqual({ value: '', source: DEFAULT });
  });

  it.each([
    [30, false],
    [31, false],
    [34, false],
    [35, true],
    [36, true],
  ])('failCgroupV1 of 1.%i is %s', (minor, value) => {
    expect(effective(minor, '').failCgroupV1).toStrictEqual({ value, source: DEFAULT });
  });

  it('a version that is only assumed turns no v1 host away', () => {
    const version = { value: { text: '1.36', minor: 36 }, source: 'assumed: the newest that cgprep knows' };
    expect(effectiveConfig({ version, dropIns: [], overrides: {} }).failCgroupV1.value).toBe(false);
    expect(
      effectiveConfig({ version, file: decode('failCgroupV1: true\n'), dropIns: [], overrides: {} }).failCgroupV1.value,
    ).toBe(true);
  });
});

describe('flags over the file', () => {
  it('lists, maps and scalars are replaced, feature gates one by one', () => {
    const file = `enforceNodeAllocatable: [pods]
kubeReserved: {cpu: 1m, memory: 1Gi}
featureGates: {A: true, B: true}
cgroupDriver: cgroupfs
oomScoreAdj: 5
`;
    const args =
      '--enforce-node-allocatable=none --kube-reserved=pid=5 --feature-gates=B=false --cgroup-driver=systemd';
    expect(effective(34, file, args)).toMatchObject({
      sources: ['/c.yaml', '--kubelet-args'],
      enforceNodeAllocatable: { value: ['none'], source: '--enforce-node-allocatable' },
      kubeReserved: { value: { pid: '5' }, source: '--kube-reserved' },
      featureGates: { value: { A: true, B: false }, source: '/c.yaml:5, --feature-gates' },
      cgroupDriver: { value: 'systemd', source: '--cgroup-driver' },
      oomScoreAdj: { value: 5, source: '/c.yaml:7' },
    });
  });

  it('an empty map flag takes the reservation of the file away', () => {
    expect(effective(34, 'kubeReserved: {cpu: "1"}\n', '--kube-reserved=').kubeReserved).toStrictEqual({
      value: null,
      source: '--kube-reserved',
    });
  });

  it("cgprep's own options lie over all", () => {
    const systemReservedCgroup = { value: '/mine', source: '--system-reserved-cgroup' };
    const config = effective(34, 'systemReservedCgroup: /a\n', '--system-reserved-cgroup=/b', { systemReservedCgroup });
    expect(config.systemReservedCgroup).toStrictEqual(systemReservedCgroup);
  });
});

describe('what a release does not know', () => {
  it('a field is ignored with a word', () => {
    const { failCgroupV1, oddities } = effective(30, 'failCgroupV1: true\n');
    expect(failCgroupV1).toStrictEqual({ value: false, source: DEFAULT });
    const message = '/c.yaml:3: failCgroupV1 is not a key of the kubelet 1.30, which ignores it';
    expect(oddities).toStrictEqual([{ kind: 'unknown-key', key: 'failCgroupV1', source: '/c.yaml:3', message }]);
    expect(effective(31, 'failCgroupV1: true\n').failCgroupV1).toStrictEqual({ value: true, source: '/c.yaml:3' });
  });

  it.each([
    [30, '--fail-cgroupv1'],
    [27, '--config-dir=/d'],
  ])('1.%i: a flag ends it: %s', (minor, args) => {
    const flag = args.split('=')[0];
    const message = `the kubelet 1.${minor} does not know ${flag} (failed to parse kubelet flag: unknown flag: ${flag})`;
    expect(refusal(() => effective(minor, null, args))).toMatchObject({ code: 'CGP_KUBELET_ARGS', message });
    expect(effective(minor + 1, null, args).found).toBe(true);
  });
});
