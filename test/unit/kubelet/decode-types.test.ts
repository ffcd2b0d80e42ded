import { describe, expect, it } from 'vitest';
import { decodeDropIn, decodeKubeletConfig } from '../../../src/kubelet/decode.ts';
import { decode, refusal } from './configs.ts';

const INT32 = 'a whole number from -2147483648 to 2147483647';
const DURATION = 'a duration as text, like 10s or 1m30s';

describe('a value of the wrong type, with which the kubelet does not start', () => {
  it.each([
    ['maxPods: "110"', 3, `maxPods is the string "110"; the kubelet accepts ${INT32}`],
    ['syncFrequency: 60', 3, `syncFrequency is the number 60; the kubelet accepts ${DURATION}`],
    ['syncFrequency: 60 s', 3, `syncFrequency is the string "60 s"; the kubelet accepts ${DURATION}`],
    ['podPidsLimit: 1.5', 3, 'podPidsLimit is the number 1.5; the kubelet accepts a whole number'],
    ['clusterDNS: 10.96.0.10', 3, 'clusterDNS is the string "10.96.0.10"; the kubelet accepts a list of strings'],
    ['serializeImagePulls: "no"', 3, 'serializeImagePulls is the string "no"; the kubelet accepts true or false'],
    ['kubeReservedCgroup: yes', 3, 'kubeReservedCgroup is the boolean yes; the kubelet accepts a string'],
    ['kubeReservedCgroup: on', 3, 'kubeReservedCgroup is the boolean on; the kubelet accepts a string'],
    ['kubeReservedCgroup: n', 3, 'kubeReservedCgroup is the boolean n; the kubelet accepts a string'],
    ['kubeReservedCgroup: 0755', 3, 'kubeReservedCgroup is the number 0755; the kubelet accepts a string'],
    ['kubeReservedCgroup: 1_000', 3, 'kubeReservedCgroup is the number 1_000; the kubelet accepts a string'],
    ['kubeReservedCgroup: 0x1F', 3, 'kubeReservedCgroup is the number 0x1F; the kubelet accepts a string'],
    ['kubeReservedCgroup: 1e3', 3, 'kubeReservedCgroup is the number 1e3; the kubelet accepts a string'],
    ['kubeReservedCgroup: 12', 3, 'kubeReservedCgroup is the number 12; the kubelet accepts a string'],
    ['kubeReservedCgroup: [a]', 3, 'kubeReservedCgroup is a list; the kubelet accepts a string'],
    ['kubeReservedCgroup:\n  a: b', 4, 'kubeReservedCgroup is a mapping; the kubelet accepts a string'],
    [
      'cgroupDriver: systemd\nsystemReservedCgroup: 007',
      4,
      'systemReservedCgroup is the number 007; the kubelet accepts a string',
    ],
    ['kubeReserved: 5', 3, 'kubeReserved is the number 5; the kubelet accepts a mapping of strings'],
    ['kubeReserved: cpu=1', 3, 'kubeReserved is the string "cpu=1"; the kubelet accepts a mapping of strings'],
    ['kubeReserved:\n- cpu: 1', 4, 'kubeReserved is a list; the kubelet accepts a mapping of strings'],
    ['kubeReserved: {cpu: 1}', 3, 'kubeReserved.cpu is the number 1; the kubelet accepts a string'],
    ['kubeReserved:\n  memory: 1Gi\n  cpu: 0.5', 5, 'kubeReserved.cpu is the number 0.5; the kubelet accepts a string'],
    ['kubeReserved:\n  memory: 1Gi\n  pid: [1]', 5, 'kubeReserved.pid is a list; the kubelet accepts a string'],
    [
      'enforceNodeAllocatable: pods',
      3,
      'enforceNodeAllocatable is the string "pods"; the kubelet accepts a list of strings',
    ],
    ['enforceNodeAllocatable: [pods, 1]', 3, 'enforceNodeAllocatable[1] is the number 1; the kubelet accepts a string'],
    [
      'enforceNodeAllocatable:\n- pods\n- no',
      5,
      'enforceNodeAllocatable[1] is the boolean no; the kubelet accepts a string',
    ],
    [
      'enforceNodeAllocatable: {pods: true}',
      3,
      'enforceNodeAllocatable is a mapping; the kubelet accepts a list of strings',
    ],
    ['cgroupsPerQOS: "true"', 3, 'cgroupsPerQOS is the string "true"; the kubelet accepts true or false'],
    ['failSwapOn: 0', 3, 'failSwapOn is the number 0; the kubelet accepts true or false'],
    ['oomScoreAdj: "5"', 3, `oomScoreAdj is the string "5"; the kubelet accepts ${INT32}`],
    ['oomScoreAdj: 1.5', 3, `oomScoreAdj is the number 1.5; the kubelet accepts ${INT32}`],
    ['oomScoreAdj: 3000000000', 3, `oomScoreAdj is the number 3000000000; the kubelet accepts ${INT32}`],
    ['featureGates: {A: "true"}', 3, 'featureGates.A is the string "true"; the kubelet accepts true or false'],
    ['featureGates: [A]', 3, 'featureGates is a list; the kubelet accepts a mapping of true or false'],
    ['featureGates:\n  A: true\n  B: 1', 5, 'featureGates.B is the number 1; the kubelet accepts true or false'],
    [
      'memorySwap: LimitedSwap',
      3,
      'memorySwap is the string "LimitedSwap"; the kubelet accepts a mapping with swapBehavior',
    ],
    ['memorySwap: {swapBehavior: 5}', 3, 'memorySwap.swapBehavior is the number 5; the kubelet accepts a string'],
    [
      'evictionHard: {memory.available: 5}',
      3,
      'evictionHard.memory.available is the number 5; the kubelet accepts a string',
    ],
    ['memoryThrottlingFactor: high', 3, 'memoryThrottlingFactor is the string "high"; the kubelet accepts a number'],
    [
      'reservedMemory: {limits: {}}',
      3,
      'reservedMemory is a mapping; the kubelet accepts a list of mappings with numaNode and limits',
    ],
    [
      'reservedMemory:\n- 5',
      4,
      'reservedMemory[0] is the number 5; the kubelet accepts a list of mappings with numaNode and limits',
    ],
    [
      'reservedMemory: [{numaNode: a}]',
      3,
      `reservedMemory[0].numaNode is the string "a"; the kubelet accepts ${INT32}`,
    ],
    [
      'reservedMemory: [{limits: 1Gi}]',
      3,
      'reservedMemory[0].limits is the string "1Gi"; the kubelet accepts a mapping of strings',
    ],
    [
      'reservedMemory: [{limits: {memory: 1GB}}]',
      3,
      `reservedMemory[0].limits.memory is the string "1GB": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'reservedMemory: [{limits: {memory: yes}}]',
      3,
      'reservedMemory[0].limits.memory is the boolean yes; the kubelet accepts a string',
    ],
    ['x: &a 5\ncgroupRoot: *a', 3, 'cgroupRoot is the number 5; the kubelet accepts a string'],
    ['kubeReserved: {"a\\nb": 1}', 3, 'kubeReserved.a\\nb is the number 1; the kubelet accepts a string'],
  ])('%j', (body, line, what) => {
    expect(refusal(() => decode(`${body}\n`))).toMatchObject({
      code: 'CGP_KUBELET_CONFIG',
      message: `/c.yaml:${line}: ${what}`,
    });
  });

  it('says what to do', () => {
    expect(refusal(() => decode('cgroupDriver: on')).hint).toBe('Put the value in quotes: "on"');
    expect(refusal(() => decode('cgroupDriver: []')).hint).toBe('Make cgroupDriver a string.');
    expect(refusal(() => decode('failSwapOn: 1')).hint).toBe('Make failSwapOn true or false.');
  });

  it('shortens a long string', () => {
    const { message } = refusal(() => decode(`failSwapOn: ${'x'.repeat(100)}`));
    expect(message).toBe(`/c.yaml:3: failSwapOn is the string "${'x'.repeat(40)}…"; the kubelet accepts true or false`);
  });
});

describe('apiVersion and kind', () => {
  const API = 'kubelet.config.k8s.io/v1beta1';
  it.each([
    ['kind: KubeletConfiguration', 1, `apiVersion is missing; the kubelet accepts only ${API}`],
    [`apiVersion: ${API}`, 1, 'kind is missing; the kubelet accepts only KubeletConfiguration'],
    ['apiVersion: v1\nkind: KubeletConfiguration', 1, `apiVersion is v1; the kubelet accepts only ${API}`],
    ['apiVersion: 1\nkind: KubeletConfiguration', 1, `apiVersion is 1; the kubelet accepts only ${API}`],
    ['apiVersion:\nkind: KubeletConfiguration', 1, `apiVersion is missing; the kubelet accepts only ${API}`],
    [`apiVersion: ${API}\nkind: Kubelet`, 2, 'kind is Kubelet; the kubelet accepts only KubeletConfiguration'],
    [
      `apiVersion: ${API}\nkind: [KubeletConfiguration]`,
      2,
      'kind is a list; the kubelet accepts only KubeletConfiguration',
    ],
    ['cgroupDriver: systemd', 1, `apiVersion is missing; the kubelet accepts only ${API}`],
  ])('%j', (text, line, what) => {
    expect(refusal(() => decodeKubeletConfig(text, 'f')).message).toBe(`f:${line}: ${what}`);
  });

  it.each([
    ['x: 1', 'no apiVersion/kind'],
    ['kind: X', 'unknown apiVersion/kind: /, Kind=X'],
    ['apiVersion: v1\nkind: X', 'unknown apiVersion/kind: /v1, Kind=X'],
    [`apiVersion: ${API}\nkind: X`, `unknown apiVersion/kind: ${API}, Kind=X`],
  ])('of a drop-in, in the words of the kubelet: %j', (text, words) => {
    const aside = `(the kubelet: failed to load kubelet dropin file, path: /d/1.conf, ${words})`;
    expect(refusal(() => decodeDropIn(text, '/d/1.conf')).message.endsWith(aside)).toBe(true);
  });
});
