import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/model/host.ts';
import { hostWith, v1, v2 } from '../builders.ts';
import { says } from './case-of.ts';

/** The configuration check's texts, whole, for every release: what it says of each wrong configuration (validation.go). */
const ENFORCE = 'enforceNodeAllocatable (--enforce-node-allocatable)';
const UNIFIED = hostWith([v2()]);
const LEGACY = hostWith(['cpu,cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb'].map((name) => v1(name)));

/** Which text, if any, a release has; it is without its introduction. */
type Text = (minor: number) => string | null;

const quote = (minor: number): string => (minor <= 24 ? "'" : '"');

function nameless(role: 'kube' | 'system', minor: number): string {
  const field = `${role}ReservedCgroup (--${role}-reserved-cgroup)`;
  const key = `${role}-reserved`;
  const when =
    minor >= 32 ? `"${key}" or "${key}-compressible" included` : `${quote(minor)}${key}${quote(minor)} contained`;
  return `invalid configuration: ${field} must be specified when ${when} in ${ENFORCE}`;
}

function unknown(key: string, minor: number): string {
  const options =
    minor >= 32
      ? '"pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible" or "none"'
      : '"pods", "system-reserved", "kube-reserved", or "none"';
  return `invalid configuration: option "${key}" specified for ${ENFORCE}. Valid options are ${options}`;
}

const ROWS: readonly (readonly [file: string, text: Text, host?: HostFacts])[] = [
  ['enforceNodeAllocatable: [pods]\n', () => null],
  ['enforceNodeAllocatable: []\n', () => null],
  ['enforceNodeAllocatable: [none]\n', () => null],
  ['enforceNodeAllocatable: [kube-reserved]\n', (minor) => nameless('kube', minor)],
  ['enforceNodeAllocatable: [system-reserved]\n', (minor) => nameless('system', minor)],
  [
    'enforceNodeAllocatable: [kube-reserved-compressible]\n',
    (minor) => (minor >= 32 ? nameless('kube', minor) : unknown('kube-reserved-compressible', minor)),
  ],
  [
    'enforceNodeAllocatable: [system-reserved-compressible]\n',
    (minor) => (minor >= 32 ? nameless('system', minor) : unknown('system-reserved-compressible', minor)),
  ],
  ['enforceNodeAllocatable: ["Pods"]\n', (minor) => unknown('Pods', minor)],
  ['enforceNodeAllocatable: [" pods"]\n', (minor) => unknown(' pods', minor)],
  ['enforceNodeAllocatable: [""]\n', (minor) => unknown('', minor)],
  [
    'enforceNodeAllocatable: [none, pods]\n',
    (minor) =>
      `invalid configuration: ${ENFORCE} may not contain additional enforcements when ${quote(minor)}none${quote(minor)} is specified`,
  ],
  [
    'enforceNodeAllocatable: [pods, pods]\n',
    (minor) => (minor >= 31 ? `invalid configuration: duplicated enforcements "pods" in ${ENFORCE}` : null),
  ],
  [
    'kubeReservedCgroup: /k\nenforceNodeAllocatable: [kube-reserved, kube-reserved-compressible]\n',
    (minor) =>
      minor >= 32
        ? `invalid configuration: both "kube-reserved" and "kube-reserved-compressible" cannot be specified together in ${ENFORCE}`
        : unknown('kube-reserved-compressible', minor),
  ],
  [
    'cgroupsPerQOS: false\nenforceNodeAllocatable: [pods]\n',
    (minor) =>
      minor >= 31
        ? `invalid configuration: cgroupsPerQOS (--cgroups-per-qos) must be set to true when "pods" contained in ${ENFORCE}`
        : `invalid configuration: ${ENFORCE} is not supported unless cgroupsPerQOS (--cgroups-per-qos) is set to true`,
  ],
  [
    'cgroupsPerQOS: false\nenforceNodeAllocatable: [none]\n',
    (minor) =>
      minor >= 31
        ? null
        : `invalid configuration: ${ENFORCE} is not supported unless cgroupsPerQOS (--cgroups-per-qos) is set to true`,
  ],
  ['cgroupsPerQOS: false\nenforceNodeAllocatable: []\n', () => null],
  [
    'reservedSystemCPUs: "0"\nkubeReservedCgroup: /k\n',
    (minor) =>
      `${minor >= 25 ? 'invalid configuration: ' : ''}can't use reservedSystemCPUs (--reserved-cpus) with systemReservedCgroup (--system-reserved-cgroup) or kubeReservedCgroup (--kube-reserved-cgroup)`,
  ],
  [
    'systemCgroups: /s\n',
    () =>
      'invalid configuration: systemCgroups (--system-cgroups) was specified and cgroupRoot (--cgroup-root) was not specified',
  ],
  [
    'oomScoreAdj: 2000\n',
    () => 'invalid configuration: oomScoreAdj (--oom-score-adj) 2000 must be between -1000 and 1000, inclusive',
  ],
  ...['1.1', '0', '-0.5'].map(
    (factor) =>
      [
        `memoryThrottlingFactor: ${factor}\n`,
        (minor: number) =>
          minor >= 22
            ? `invalid configuration: memoryThrottlingFactor ${factor} must be greater than 0 and less than or equal to 1.0`
            : null,
      ] as const,
  ),
  ['memoryThrottlingFactor: 1\n', () => null],
  [
    'memoryReservationPolicy: TieredReservation\n',
    (minor) =>
      minor >= 36
        ? 'invalid configuration: memoryReservationPolicy "TieredReservation" requires MemoryQoS feature gate to be enabled'
        : null,
  ],
  ['memoryReservationPolicy: TieredReservation\nfeatureGates: {MemoryQoS: true}\n', () => null],
  [
    'failCgroupV1: false\nsingleProcessOOMKill: false\n',
    (minor) =>
      minor >= 32
        ? 'invalid configuration: singleProcessOOMKill must not be explicitly set to false when using cgroup v1'
        : null,
    LEGACY,
  ],
  ['singleProcessOOMKill: false\n', () => null],
  ['failCgroupV1: false\nsingleProcessOOMKill: true\n', () => null, LEGACY],
  ['failCgroupV1: true\nsingleProcessOOMKill: false\n', (minor) => (minor >= 31 ? v1Text(minor) : null), LEGACY],
  ['maxPods: 110\n', (minor) => (minor >= 35 ? v1Text(minor) : null), LEGACY],
  [
    'reservedMemory: [{numaNode: 0, limits: {cpu: 1Gi}}]\n',
    (minor) =>
      minor >= 21
        ? 'invalid configuration: the limit type "cpu" for NUMA node 0 is not supported, only [memory hugepages-<HugePageSize>] is accepted'
        : null,
  ],
  [
    'reservedMemory: [{numaNode: 1, limits: {memory: 0}}]\n',
    (minor) =>
      minor >= 21
        ? 'invalid configuration: reserved memory may not be zero for NUMA node 1 and resource "memory"'
        : null,
  ],
  [
    'reservedMemory: [{limits: {hugepages-2Mi: 4Mi}}, {limits: {hugepages-2Mi: 4Mi}}]\n',
    (minor) =>
      minor >= 21
        ? 'invalid configuration: the reserved memory has a duplicate value for NUMA node 0 and resource "hugepages-2Mi"'
        : null,
  ],
];

function v1Text(minor: number): string {
  const support = minor >= 35 ? 'unsupported and will be removed in a future release' : 'in maintenance mode';
  return `kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is ${support}`;
}

const RELEASES = Array.from({ length: 17 }, (_, at) => at + 20);

describe.each(ROWS.map(([file, text, host]) => ({ file, text, host: host ?? UNIFIED })))(
  '$file',
  ({ file, text, host }) => {
    it.each(RELEASES)('1.%i', (minor) => {
      const want = text(minor);
      const introduction = minor >= 25 ? 'failed to validate kubelet configuration, error: ' : '';
      expect(says({ minor, file, host })).toBe(want === null ? null : introduction + want);
    });
  },
);

it('several at once are one list', () => {
  const file = 'cgroupsPerQOS: false\nenforceNodeAllocatable: [pods, x, none]\n';
  expect(says({ minor: 36, file })).toBe(
    `failed to validate kubelet configuration, error: [${[
      `invalid configuration: cgroupsPerQOS (--cgroups-per-qos) must be set to true when "pods" contained in ${ENFORCE}`,
      unknown('x', 36),
      `invalid configuration: ${ENFORCE} may not contain additional enforcements when "none" is specified`,
    ].join(', ')}]`,
  );
});
