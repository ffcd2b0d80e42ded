import { describe, expect, it } from 'vitest';
import { translateRoot } from '../../../src/kubelet/names.ts';
import { judge } from '../../../src/kubelet/verdict.ts';
import { pathsOf } from '../../../src/model/desired.ts';
import type { CgroupFacts, HostFacts } from '../../../src/model/host.ts';
import { desire } from '../../../src/reconcile/desire.ts';
import { hostWith, NOTHING_KNOWN, SYSTEMD, treeOf, v1, v2 } from '../builders.ts';
import { effective, refusal } from './configs.ts';

const C = '/sys/fs/cgroup';
const ALL = ['cpu', 'cpuset', 'hugetlb', 'memory', 'pids'];
const UNIFIED = hostWith([v2()], { systemd: SYSTEMD });
const LEGACY = hostWith([v1('cpu,cpuacct'), v1('cpuset'), v1('memory')], { systemd: SYSTEMD });

interface Given {
  readonly root?: string;
  readonly minor?: number;
  readonly host?: HostFacts;
  readonly file?: string;
  readonly there?: Readonly<Record<string, Partial<CgroupFacts>>>;
}

function says({ root = '/pods', minor = 36, host = UNIFIED, file = '', there = {} }: Given): string | null {
  const config = effective(minor, `cgroupRoot: ${root}\nfailCgroupV1: false\n${file}`);
  const desired = desire(config, host, 'auto');
  const tree = treeOf(host, pathsOf(desired), there);
  return judge({ config, host, desired, tree, units: null, resources: NOTHING_KNOWN, usage: {}, limits: {} }).message;
}

describe('cgroupRoot is read by the cgroupfs rule and spelled by the driver', () => {
  it.each([
    ['/', '/', '/'],
    ['/pods', '/pods', '/pods.slice'],
    ['pods', '/pods', '/pods.slice'],
    ['/pods.slice', '/pods.slice', '/pods.slice.slice'],
    ['/a-b', '/a-b', '/a_b.slice'],
    ['/a_b', '/a_b', '/a_b.slice'],
    ['/a/b', '/a/b', '/a.slice/a-b.slice'],
    ['/a.slice/a-b.slice', '/a.slice/a-b.slice', '/a.slice.slice/a.slice-a_b.slice.slice'],
    ['/a//b', '/a/b', null],
    ['/a/', '/a', null],
    ['//', '/', '/'],
  ])('%j', (name, cgroupfs, systemd) => {
    expect(translateRoot(name, 'cgroupfs')).toMatchObject({ path: cgroupfs });
    const translated = translateRoot(name, 'systemd');
    expect('path' in translated ? translated.path : null).toBe(systemd);
  });

  it('panics with the text of the converter', () => {
    expect(translateRoot('/a//b', 'systemd')).toEqual({
      panic: 'error converting cgroup name [[a  b]] to systemd format: invalid slice name: a--b.slice',
    });
    expect(says({ root: '/a/', file: 'cgroupDriver: systemd\n' })).toMatch(/^error converting cgroup name \[\[a \]\]/);
  });
});

describe('it must be there before the kubelet has made anything', () => {
  it.each<[string, Given, string | null]>([
    ['the default', { root: '""' }, null],
    ['the root itself', { root: '/' }, null],
    ['not looked at', { file: 'cgroupsPerQOS: false\nenforceNodeAllocatable: []\n' }, null],
    [
      'v2, absent',
      {},
      `invalid configuration: could not read controllers for cgroup ["pods"]: open ${C}/pods/cgroup.controllers: no such file or directory`,
    ],
    ['v2, absent, 1.24', { minor: 24 }, 'invalid configuration: cgroup-root ["pods"] doesn\'t exist'],
    [
      'v2, at the top level too it must have every controller',
      { there: { [`${C}/pods`]: { controllers: ['cpu', 'memory', 'pids'] } } },
      'invalid configuration: cgroup ["pods"] has some missing controllers: cpuset, hugetlb',
    ],
    ['v2, complete', { there: { [`${C}/pods`]: { controllers: ALL } } }, null],
    [
      'systemd prints the internal name and looks at the slice',
      { root: '/pods.slice', file: 'cgroupDriver: systemd\n' },
      `invalid configuration: could not read controllers for cgroup ["pods.slice"]: open ${C}/pods.slice.slice/cgroup.controllers: no such file or directory`,
    ],
    [
      'v1, absent under one',
      { host: LEGACY, there: { [`${C}/cpu,cpuacct/pods`]: {}, [`${C}/memory/pods`]: {} } },
      `invalid configuration: cgroup ["pods"] has some missing paths: ${C}/cpuset/pods`,
    ],
    ['v1, absent, 1.20', { host: LEGACY, minor: 20 }, 'invalid configuration: cgroup-root ["pods"] doesn\'t exist'],
    [
      'v1, complete',
      { host: LEGACY, there: { [`${C}/cpu,cpuacct/pods`]: {}, [`${C}/cpuset/pods`]: {}, [`${C}/memory/pods`]: {} } },
      null,
    ],
  ])('%s', (_, given, text) => {
    expect(says(given)).toBe(text);
  });

  it('leads out of no tree', () => {
    expect(refusal(() => says({ root: '/../pods' }))).toMatchObject({
      code: 'CGP_CGROUP_NAME',
      message: expect.stringContaining('cgroupRoot "/../pods" has a ".." in it') as string,
    });
  });
});

it.each([
  ['cgroupfs', '/pods/kubepods'],
  ['cgroupfs', '/pods/kubepods/kube'],
  ['systemd', '/pods.slice/pods-kubepods.slice'],
  ['systemd', 'pods-kubepods'],
])('%s: %s is the cgroup of the pods there', (driver, name) => {
  const file = `cgroupDriver: ${driver}\nkubeReservedCgroup: ${name}\n`;
  expect(refusal(() => says({ file }))).toMatchObject({
    code: 'CGP_CGROUP_NAME',
    message: expect.stringContaining('lies in the cgroup that belongs to the pods') as string,
  });
});

describe('kubepods below it', () => {
  const RESERVED = 'kubeReserved: {cpu: 100m}\nenforceNodeAllocatable: [kube-reserved]\n';
  const complete = { controllers: ALL, subtreeControl: [] };

  it('processes in it leave kubepods invalid', () => {
    const there = { [`${C}/pods`]: { ...complete, populated: true } };
    expect(says({ there })).toBe(
      `cannot enter cgroupv2 "${C}/pods/kubepods" with domain controllers -- it is in an invalid state`,
    );
    expect(says({ there: { [`${C}/pods`]: { ...complete, subtreeControl: ALL, populated: true } } })).toBeNull();
  });

  it('v2: a reserved cgroup beside kubepods gets its controllers from the kubelet, one elsewhere does not', () => {
    const file = `${RESERVED}kubeReservedCgroup: /pods/kube\n`;
    const there = { [`${C}/pods`]: complete, [`${C}/pods/kube`]: { controllers: [] } };
    expect(says({ file, there })).toBeNull();
    const elsewhere = { ...there, [`${C}/other/kube`]: { controllers: [] } };
    expect(says({ file: file.replace('/pods/kube', '/other/kube'), there: elsewhere })).toBe(
      'Failed to enforce Kube Reserved Cgroup Limits on "/other/kube": cgroup ["other" "kube"] has some missing controllers: cpu, cpuset, hugetlb, memory, pids',
    );
  });

  it('v1: the way to kubepods is filled with processors', () => {
    const trees = ['cpu,cpuacct', 'cpuset', 'memory'];
    const at = (path: string): Record<string, Partial<CgroupFacts>> =>
      Object.fromEntries(trees.map((tree) => [`${C}/${tree}${path}`, tree === 'cpuset' ? { cpus: '', mems: '' } : {}]));
    const there = { ...at('/pods'), ...at('/pods/kube'), ...at('/other'), ...at('/other/kube') };
    const file = `${RESERVED}kubeReservedCgroup: /pods/kube\n`;
    expect(says({ file, there, host: LEGACY })).toBeNull();
    expect(says({ file: file.replace('/pods/kube', '/other/kube'), there, host: LEGACY })).toBe(
      `Failed to enforce Kube Reserved Cgroup Limits on "/other/kube": failed to write "0-3": write ${C}/cpuset/other/kube/cpuset.cpus: permission denied`,
    );
  });
});
