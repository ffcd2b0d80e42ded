import { describe, expect, it } from 'vitest';
import { effectiveConfig } from '../../../src/kubelet/effective.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import { parseKubeletArgs } from '../../../src/kubelet/flags.ts';
import { decode, dropIn, refusal } from './configs.ts';

function merge(minor: number, file: string | null, ...bodies: string[]): KubeletConfig {
  return effectiveConfig({
    version: { value: { text: `1.${minor}`, minor }, source: '--kubelet-version' },
    ...(file === null ? {} : { file: decode(file) }),
    dropIns: bodies.map((body, index) => dropIn(`/d/${index + 1}.conf`, body)),
    flags: parseKubeletArgs(['--config-dir=/d']),
    overrides: {},
  });
}

describe('a JSON merge patch (from 1.32 on)', () => {
  it('replaces lists and scalars, and the later file wins', () => {
    const config = merge(
      36,
      'enforceNodeAllocatable: [none]\ncgroupDriver: cgroupfs\n',
      'enforceNodeAllocatable: [pods]\n',
      'enforceNodeAllocatable: [pods, kube-reserved]\n',
    );
    expect(config).toMatchObject({
      sources: ['/c.yaml', '/d/1.conf', '/d/2.conf', '--kubelet-args'],
      enforceNodeAllocatable: { value: ['pods', 'kube-reserved'], source: '/d/2.conf:3' },
      cgroupDriver: { value: 'cgroupfs', source: '/c.yaml:4' },
    });
  });

  it('merges maps key by key, and null deletes', () => {
    const config = merge(
      36,
      'kubeReserved: {cpu: 1m, memory: 1Gi}\nsystemReserved: {cpu: 2m}\n',
      'kubeReserved: {memory: 2Gi, pid: "5", ephemeral-storage: ~}\nsystemReserved: ~\n',
      'kubeReserved: {cpu: ~}\n',
    );
    expect(config.kubeReserved).toStrictEqual({
      value: { memory: '2Gi', pid: '5' },
      source: '/c.yaml:3, /d/1.conf:3, /d/2.conf:3',
    });
    expect(config.systemReserved).toStrictEqual({ value: null, source: 'kubelet default' });
  });

  it('null makes a field fall back to its default', () => {
    const config = merge(
      36,
      'failCgroupV1: false\nenforceNodeAllocatable: [none]\n',
      'failCgroupV1: ~\nenforceNodeAllocatable: ~\n',
    );
    expect(config.failCgroupV1).toStrictEqual({ value: true, source: 'kubelet default' });
    expect(config.enforceNodeAllocatable).toStrictEqual({ value: ['pods'], source: 'kubelet default' });
  });

  it('a false, a 0 and an empty list override', () => {
    const config = merge(
      36,
      'cgroupsPerQOS: true\noomScoreAdj: 5\n',
      'cgroupsPerQOS: false\noomScoreAdj: 0\nenforceNodeAllocatable: []\n',
    );
    expect(config).toMatchObject({
      cgroupsPerQOS: { value: false },
      oomScoreAdj: { value: 0 },
      enforceNodeAllocatable: { value: [] },
    });
  });

  it('an empty list or map of the main file is lost on the way (omitempty)', () => {
    const config = merge(36, 'enforceNodeAllocatable: []\nevictionHard: {}\n');
    expect(config.enforceNodeAllocatable).toStrictEqual({ value: ['pods'], source: 'kubelet default' });
    expect(config.evictionHard.value).toStrictEqual({});
  });

  it('evictionHard is merged with the default thresholds', () => {
    expect(
      merge(36, '', 'evictionHard: {memory.available: 1Gi, nodefs.available: ~}\n').evictionHard.value,
    ).toStrictEqual({
      'memory.available': '1Gi',
      'nodefs.inodesFree': '5%',
      'imagefs.available': '15%',
      'imagefs.inodesFree': '5%',
    });
  });

  it('works without a main file', () => {
    const config = merge(36, null, 'kubeReservedCgroup: /k.slice\n');
    expect(config).toMatchObject({
      found: true,
      kubeReservedCgroup: { value: '/k.slice' },
      evictionHard: { value: {} },
    });
  });

  it('a map over a null of the main file', () => {
    expect(merge(36, 'kubeReserved: ~\n', 'kubeReserved: {cpu: 1m}\n').kubeReserved).toStrictEqual({
      value: { cpu: '1m' },
      source: '/d/1.conf:3',
    });
  });

  it('refuses a key that stands twice, as the kubelet does', () => {
    const message = '/d/1.conf:4: cgroupRoot is set again; the kubelet accepts a key only once in a drop-in file';
    expect(refusal(() => merge(36, '', 'cgroupRoot: /a\ncgroupRoot: /b\n'))).toMatchObject({
      code: 'CGP_KUBELET_CONFIG',
      message,
    });
  });
});

describe('1.29 to 1.31', () => {
  it('null deletes only what an earlier drop-in set', () => {
    const config = merge(
      30,
      'kubeReserved: {cpu: 1m, memory: 1Gi}\ncgroupDriver: systemd\nenforceNodeAllocatable: []\n',
      'kubeReserved: {cpu: 5m, pid: "1"}\ncgroupDriver: x\n',
      'kubeReserved: {cpu: ~}\ncgroupDriver: ~\n',
    );
    expect(config.kubeReserved.value).toStrictEqual({ cpu: '1m', memory: '1Gi', pid: '1' });
    expect(config.cgroupDriver).toStrictEqual({ value: 'systemd', source: '/c.yaml:4' });
    expect(config.enforceNodeAllocatable.value).toStrictEqual([]);
  });
});

describe('1.28', () => {
  it('fills the defaults into each drop-in, so that they override the main file', () => {
    const config = merge(
      28,
      'cgroupDriver: systemd\nenforceNodeAllocatable: [pods, kube-reserved]\nkubeReserved: {cpu: 1m}\n',
      'kubeReserved: {memory: 1Gi}\n',
    );
    const source = 'kubelet default, filled into /d/1.conf';
    expect(config.cgroupDriver).toStrictEqual({ value: 'cgroupfs', source });
    expect(config.enforceNodeAllocatable).toStrictEqual({ value: ['pods'], source });
    expect(config.kubeReserved).toStrictEqual({
      value: { cpu: '1m', memory: '1Gi' },
      source: '/c.yaml:5, /d/1.conf:3',
    });
  });

  it('zero values override nothing, and a key may stand twice', () => {
    const config = merge(
      28,
      'cgroupsPerQOS: true\noomScoreAdj: 5\nkubeReservedCgroup: /k\n',
      'cgroupsPerQOS: false\noomScoreAdj: 0\nkubeReservedCgroup: ""\ncgroupRoot: /a\ncgroupRoot: /b\n',
    );
    expect(config).toMatchObject({
      cgroupsPerQOS: { value: true },
      oomScoreAdj: { value: 5 },
      kubeReservedCgroup: { value: '/k' },
      cgroupRoot: { value: '/b' },
    });
    expect(config.oddities).toHaveLength(1);
  });
});

describe('before 1.28', () => {
  it('there are no drop-ins', () => {
    expect(refusal(() => merge(27, '', 'cgroupRoot: /a\n')).message).toContain('unknown flag: --config-dir');
  });
});
