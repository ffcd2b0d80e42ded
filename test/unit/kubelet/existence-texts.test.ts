import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/model/host.ts';
import { hostWith, v1, v2 } from '../builders.ts';
import { says } from './case-of.ts';

/** What the kubelet says of a cgroup that is not as it must be, whole, for every release and each of the four keys. */
const UNIFIED = hostWith([v2('cpu cpuset memory')]);
const LEGACY = hostWith([v1('cpu,cpuacct'), v1('cpuset'), v1('memory')]);
const RELEASES = Array.from({ length: 17 }, (_, at) => at + 20);
const KEYS = [
  ['kube-reserved', 'kube', 'Kube Reserved', 20],
  ['system-reserved', 'system', 'System Reserved', 20],
  ['kube-reserved-compressible', 'kube', 'Kube Reserved Compressible', 32],
  ['system-reserved-compressible', 'system', 'System Reserved Compressible', 32],
] as const;

const SITUATIONS: Readonly<Record<string, { host: HostFacts; map: string; text: (minor: number) => string }>> = {
  'v2, the directory is absent': {
    host: UNIFIED,
    map: '{cpu: 100m}',
    text: (minor) =>
      minor <= 24
        ? '["reserved"] cgroup does not exist'
        : 'could not read controllers for cgroup ["reserved"]: open /sys/fs/cgroup/reserved/cgroup.controllers: no such file or directory',
  },
  'v1, every path is missing': {
    host: LEGACY,
    map: '{cpu: 100m}',
    text: (minor) =>
      minor <= 24
        ? '["reserved"] cgroup does not exist'
        : 'cgroup ["reserved"] has some missing paths: /sys/fs/cgroup/cpu,cpuacct/reserved, /sys/fs/cgroup/cpu,cpuacct/reserved, /sys/fs/cgroup/cpuset/reserved, /sys/fs/cgroup/memory/reserved',
  },
  'nothing is reserved': {
    host: UNIFIED,
    map: '{}',
    text: (minor) => `["reserved"] cgroup is not ${minor <= 24 ? 'config' : 'configured'} properly`,
  },
};

describe.each(Object.entries(SITUATIONS))('%s', (_, { host, map, text }) => {
  it.each(KEYS)('%s', (key, role, title, since) => {
    for (const minor of RELEASES.filter((release) => release >= since)) {
      const file = `failCgroupV1: false\nenforceNodeAllocatable: [${key}]\n${role}ReservedCgroup: /reserved\n${role}Reserved: ${map}\n`;
      const outer = `Failed to enforce ${title} Cgroup Limits on "/reserved": `;
      expect(says({ minor, file, host }), `1.${minor}`).toBe(outer + text(minor));
    }
  });
});

it.each(RELEASES)('1.%i: the controllers that v1 must have are asked for first', (minor) => {
  const host = hostWith([v1('cpu,cpuacct')]);
  const file = 'failCgroupV1: false\nenforceNodeAllocatable: [kube-reserved]\nkubeReservedCgroup: /k\n';
  expect(says({ minor, file, host })).toBe(
    'system validation failed - Following Cgroup subsystem not mounted: [cpuset memory]',
  );
});
