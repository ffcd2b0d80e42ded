import { describe, expect, it } from 'vitest';
import { decodeKubeletConfig } from '../../../src/kubelet/decode.ts';
import { decode, HEAD } from './configs.ts';

describe('what the kubelet only warns about', () => {
  it('a duplicate key: the last one counts', () => {
    const { fields, oddities } = decode(
      'cgroupDriver: cgroupfs\nkubeReserved:\n  cpu: 1m\n  cpu: 2m\ncgroupDriver: systemd\n',
    );
    expect(fields.cgroupDriver).toStrictEqual({ value: 'systemd', source: '/c.yaml:7' });
    expect(fields.kubeReserved?.value).toStrictEqual({ cpu: '2m' });
    expect(oddities).toStrictEqual([
      {
        kind: 'duplicate-key',
        key: 'kubeReserved.cpu',
        source: '/c.yaml:6',
        message: '/c.yaml:6: kubeReserved.cpu is set again; the kubelet takes the last one',
      },
      {
        kind: 'duplicate-key',
        key: 'cgroupDriver',
        source: '/c.yaml:7',
        message: '/c.yaml:7: cgroupDriver is set again; the kubelet takes the last one',
      },
    ]);
  });

  it('a duplicate key in a list, in a key that is not ours, in JSON', () => {
    expect(decode('x:\n- a: 1\n  a: 2\n').oddities).toMatchObject([
      { kind: 'duplicate-key', key: 'x[0].a', source: '/c.yaml:5' },
    ]);
    const json =
      '{"apiVersion":"kubelet.config.k8s.io/v1beta1","kind":"KubeletConfiguration",\n"cgroupRoot":"/a",\n"cgroupRoot":"/b"}';
    const { fields, oddities } = decodeKubeletConfig(json, 'c.json');
    expect(fields.cgroupRoot).toStrictEqual({ value: '/b', source: 'c.json:3' });
    expect(oddities).toMatchObject([{ kind: 'duplicate-key', key: 'cgroupRoot', source: 'c.json:3' }]);
  });

  it('further documents, whatever they hold: only the first is read', () => {
    const { fields, oddities } = decode('cgroupDriver: systemd\n---\ncgroupDriver: cgroupfs\n---\n{broken\n');
    expect(fields.cgroupDriver?.value).toBe('systemd');
    const message = '/c.yaml:4: a further document begins; the kubelet reads only the first';
    expect(oddities).toStrictEqual([{ kind: 'extra-document', key: '', source: '/c.yaml:4', message }]);
  });

  it.each([
    ['KubeReservedCgroup', 'kubeReservedCgroup'],
    ['failcgroupv1', 'failCgroupV1'],
    ['reservedSystemCpus', 'reservedSystemCPUs'],
    ['cgroupsPerQoS', 'cgroupsPerQOS'],
    ['maxpods', 'maxPods'],
  ])('%s, which is not %s', (written, meant) => {
    const { fields, oddities } = decode(`${written}: x\n`);
    const message = `/c.yaml:3: ${written} is not a key; the kubelet ignores it and knows ${meant}`;
    expect(fields).toStrictEqual({});
    expect(oddities).toStrictEqual([{ kind: 'unknown-key', key: written, source: '/c.yaml:3', message }]);
  });

  it('says nothing of other keys, of which it does not know whether the kubelet has them', () => {
    expect(decode('maxPods: 5\nnoSuchKey: 1\n').oddities).toStrictEqual([]);
  });

  it('finds a thousand keys twice in no time', () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `k${index}: 1\n`).join('');
    expect(decodeKubeletConfig(HEAD + keys + keys, 'c').oddities).toHaveLength(2000);
  });
});
