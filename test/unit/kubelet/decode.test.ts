import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKubeletConfig } from '../../../src/kubelet/decode.ts';
import { FIELDS } from '../../../src/kubelet/fields.ts';
import { decode, HEAD } from './configs.ts';

const WHOLE = `${HEAD}# a comment
enforceNodeAllocatable:
  - pods
  - kube-reserved
kubeReserved:
  cpu: 500m
  memory: "1Gi"
systemReserved: {cpu: 200m, 'pid': '1000'}
kubeReservedCgroup: /kube.slice
systemReservedCgroup: '/system.slice'
cgroupDriver: systemd
cgroupRoot: /
cgroupsPerQOS: yes
failCgroupV1: off
reservedSystemCPUs: 0-1
kubeletCgroups: /system.slice/kubelet.service
systemCgroups: /system.slice
evictionHard:
  memory.available: 5%
evictionSoft: {}
evictionSoftGracePeriod: {memory.available: 30s}
evictionMinimumReclaim: {nodefs.available: 500Mi}
mergeDefaultEvictionSettings: true
failSwapOn: false
memorySwap:
  swapBehavior: LimitedSwap
memoryThrottlingFactor: 0.8
memoryReservationPolicy: TieredReservation
singleProcessOOMKill: true
cpuManagerPolicy: static
memoryManagerPolicy: Static
reservedMemory:
  - numaNode: 0
    limits: {memory: 1Gi, hugepages-1Gi: 2147483648}
  - limits:
protectKernelDefaults: true
oomScoreAdj: -999
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
featureGates:
  MemoryQoS: true
maxPods: 110
`;

describe('decodeKubeletConfig', () => {
  it('reads every known field and the line where its value begins', () => {
    const at = (line: number, value: unknown): object => ({ value, source: `/etc/kubelet.yaml:${line}` });
    const { file, fields, oddities } = decodeKubeletConfig(WHOLE, '/etc/kubelet.yaml');
    expect(fields).toStrictEqual({
      enforceNodeAllocatable: at(5, ['pods', 'kube-reserved']),
      kubeReserved: at(8, { cpu: '500m', memory: '1Gi' }),
      systemReserved: at(10, { cpu: '200m', pid: '1000' }),
      kubeReservedCgroup: at(11, '/kube.slice'),
      systemReservedCgroup: at(12, '/system.slice'),
      cgroupDriver: at(13, 'systemd'),
      cgroupRoot: at(14, '/'),
      cgroupsPerQOS: at(15, true),
      failCgroupV1: at(16, false),
      reservedSystemCPUs: at(17, '0-1'),
      kubeletCgroups: at(18, '/system.slice/kubelet.service'),
      systemCgroups: at(19, '/system.slice'),
      evictionHard: at(21, { 'memory.available': '5%' }),
      evictionSoft: at(22, {}),
      evictionSoftGracePeriod: at(23, { 'memory.available': '30s' }),
      evictionMinimumReclaim: at(24, { 'nodefs.available': '500Mi' }),
      mergeDefaultEvictionSettings: at(25, true),
      failSwapOn: at(26, false),
      memorySwap: at(28, { swapBehavior: 'LimitedSwap' }),
      memoryThrottlingFactor: at(29, 0.8),
      memoryReservationPolicy: at(30, 'TieredReservation'),
      singleProcessOOMKill: at(31, true),
      cpuManagerPolicy: at(32, 'static'),
      memoryManagerPolicy: at(33, 'Static'),
      reservedMemory: at(35, [
        { numaNode: 0, limits: { memory: '1Gi', 'hugepages-1Gi': '2147483648' } },
        { numaNode: 0, limits: {} },
      ]),
      protectKernelDefaults: at(38, true),
      oomScoreAdj: at(39, -999),
      containerRuntimeEndpoint: at(40, 'unix:///run/containerd/containerd.sock'),
      featureGates: at(42, { MemoryQoS: true }),
    });
    expect(Object.keys(fields)).toStrictEqual(Object.keys(FIELDS));
    expect(file).toBe('/etc/kubelet.yaml');
    expect(oddities).toStrictEqual([]);
  });

  it('reads JSON, tabs and all, with the same lines', () => {
    const text = JSON.stringify(
      {
        apiVersion: 'kubelet.config.k8s.io/v1beta1',
        kind: 'KubeletConfiguration',
        kubeReserved: { cpu: '1' },
        oomScoreAdj: -5,
        cgroupRoot: '\\/',
      },
      null,
      '\t',
    );
    expect(decodeKubeletConfig(`\n ${text}`, 'c.json').fields).toStrictEqual({
      kubeReserved: { value: { cpu: '1' }, source: 'c.json:5' },
      oomScoreAdj: { value: -5, source: 'c.json:8' },
      cgroupRoot: { value: '\\/', source: 'c.json:9' },
    });
  });

  it('keeps the nulls, for a drop-in deletes with them', () => {
    const { fields } = decode(
      'kubeReserved:\nsystemReserved: {cpu: ~}\ncgroupDriver: null\nmemorySwap: {swapBehavior: Null}\n',
    );
    expect(fields).toStrictEqual({
      kubeReserved: { value: null, source: '/c.yaml:3' },
      systemReserved: { value: { cpu: null }, source: '/c.yaml:4' },
      cgroupDriver: { value: null, source: '/c.yaml:5' },
      memorySwap: { value: { swapBehavior: null }, source: '/c.yaml:6' },
    });
    expect(decode('memorySwap: {}\nenforceNodeAllocatable: [~, pods]\n').fields).toMatchObject({
      memorySwap: { value: {} },
      enforceNodeAllocatable: { value: ['', 'pods'] },
    });
  });

  it.each([
    ['a byte order mark', `\ufeff${HEAD}cgroupDriver: systemd\n`],
    ['CRLF', `${HEAD}cgroupDriver: systemd\n`.replaceAll('\n', '\r\n')],
    ['no end of line at the end', `${HEAD}cgroupDriver: systemd`],
    ['a start of the document', `---\n${HEAD}cgroupDriver: systemd\n`],
    ['its end', `${HEAD}cgroupDriver: systemd\n...\n`],
    ['%YAML 1.1', `%YAML 1.1\n---\n${HEAD}cgroupDriver: systemd\n`],
    ['an unknown tag', `${HEAD}cgroupDriver: !x systemd\n`],
    ['!!str', `${HEAD}cgroupDriver: !!str systemd\n`],
    ['an anchor and an alias', `${HEAD}x: &a systemd\ncgroupDriver: *a\n`],
    ['the last anchor of a name', `${HEAD}x: &a b\ny: &a systemd\ncgroupDriver: *a\nz: &a c\n`],
    ['a folded block', `${HEAD}cgroupDriver: >-\n  systemd\n`],
    ['a merge at the top', `${HEAD}<<: {cgroupDriver: systemd}\n`],
    ['an escape', `${HEAD}cgroupDriver: "s\\x79stemd"\n`],
    ['an explicit key', `${HEAD}? cgroupDriver\n: systemd\n`],
  ])('accepts %s', (_, text) => {
    const { fields, oddities } = decodeKubeletConfig(text, 'c');
    expect(fields.cgroupDriver?.value).toBe('systemd');
    expect(oddities).toStrictEqual([]);
  });

  it('takes the fields that decide nothing here, in every spelling that the kubelet takes', () => {
    const body = `maxPods: 110
podsPerCore: 1e1
registryPullQPS: 0
podPidsLimit: -1
maxOpenFiles: 10000000000
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
staticPodPath: ~
serializeImagePulls: no
syncFrequency: 0s
fileCheckFrequency: 1m30s
runtimeRequestTimeout: "1.5h"
imageMinimumGCAge: "0"
authentication: {anonymous: {enabled: false}}
`;
    expect(decode(body)).toMatchObject({ fields: {}, oddities: [] });
  });

  it('merges as go-yaml does: in order, and the first of a list wins', () => {
    const body = `base: &a {cpu: 1m, pid: '1'}
more: &b {cpu: 2m, memory: 2Gi}
kubeReserved:
  <<: [*a, *b]
  pid: '3'
systemReserved:
  cpu: 4m
  <<: *a
`;
    const { fields, oddities } = decode(body);
    expect(fields.kubeReserved?.value).toStrictEqual({ cpu: '1m', memory: '2Gi', pid: '3' });
    expect(fields.systemReserved?.value).toStrictEqual({ cpu: '1m', pid: '1' });
    expect(oddities.map(({ key }) => key)).toStrictEqual([
      'kubeReserved.cpu',
      'kubeReserved.pid',
      'systemReserved.cpu',
    ]);
  });

  it('takes the text of a number or a boolean for a key', () => {
    expect(decode('evictionHard: {1: a, yes: b, 1.5: c, 0x10: d}\n').fields.evictionHard?.value).toStrictEqual({
      1: 'a',
      true: 'b',
      1.5: 'c',
      16: 'd',
    });
  });

  it('gives a map a key that JavaScript treats as special', () => {
    const value = decode('kubeReserved: {__proto__: "1", constructor: "2"}\n').fields.kubeReserved?.value ?? {};
    expect(Object.entries(value)).toStrictEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it.each([
    ['100.0', 100],
    ['1e2', 100],
    ['0x10', 16],
    ['-1_000', -1000],
    ['!!int "7"', 7],
  ])('oomScoreAdj: %s is a whole number in YAML', (text, value) => {
    expect(decode(`oomScoreAdj: ${text}\n`).fields.oomScoreAdj?.value).toBe(value);
  });

  it('passes through what it wrote itself', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(value, fc.dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), value), (name, map) => {
        const json = {
          apiVersion: 'kubelet.config.k8s.io/v1beta1',
          kind: 'KubeletConfiguration',
          cgroupRoot: name,
          kubeReserved: map,
        };
        let decoded;
        try {
          decoded = decodeKubeletConfig(JSON.stringify(json), 'c');
        } catch (error) {
          expect(String(error)).toMatch(/character U\+/);
          return;
        }
        expect(decoded.fields.cgroupRoot?.value).toBe(name);
        expect(decoded.fields.kubeReserved?.value).toStrictEqual(Object.fromEntries(Object.entries(map)));
      }),
    );
  });
});
