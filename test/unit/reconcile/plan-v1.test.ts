import { describe, expect, it } from 'vitest';
import type { Hierarchy } from '../../../src/model/cgroup.ts';
import type { CgroupFacts } from '../../../src/model/host.ts';
import { planFor } from '../../../src/reconcile/plan.ts';
import { desiredOf, hostWith, lines, SYSTEMD, treeOf, v1, v2, wanted } from '../builders.ts';

const C = '/sys/fs/cgroup';

interface Case {
  readonly on: readonly Hierarchy[];
  readonly path?: string;
  readonly there?: Readonly<Record<string, Partial<CgroupFacts>>>;
  readonly systemd?: typeof SYSTEMD;
  readonly enforced?: boolean;
  readonly plan: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'a directory in each demanded hierarchy, and in no other': {
    on: [v1('cpu,cpuacct'), v1('blkio'), v1('memory'), v1('systemd'), v1('devices')],
    plan: [`mkdir ${C}/cpu,cpuacct/k`, `mkdir ${C}/memory/k`, `mkdir ${C}/systemd/k`],
  },
  'not in the cgroup2 tree beside them (hybrid)': {
    on: [v1('pids'), v2('hugetlb', { mountpoint: `${C}/unified` })],
    plan: [`mkdir ${C}/pids/k`],
  },
  'hugetlb when it is mounted': { on: [v1('hugetlb')], plan: [`mkdir ${C}/hugetlb/k`] },
  'nothing where it is there': { on: [v1('pids')], there: { [`${C}/pids/k`]: { kind: 'directory' } }, plan: [] },
  'nothing where a file has the name: the kubelet only asks whether it is there': {
    on: [v1('pids')],
    there: { [`${C}/pids/k`]: { kind: 'other' } },
    plan: [],
  },
  'nothing where nobody may look': { on: [v1('pids')], there: { [`${C}/pids/k`]: { kind: 'unreadable' } }, plan: [] },
  'parents first': {
    on: [v1('pids')],
    path: '/a/b/k',
    plan: ['/a', '/a/b', '/a/b/k'].map((at) => `mkdir ${C}/pids${at}`),
  },
  'only the parents that are missing': {
    on: [v1('pids')],
    path: '/a/b/k',
    there: { [`${C}/pids/a`]: { kind: 'directory' } },
    plan: ['/a/b', '/a/b/k'].map((at) => `mkdir ${C}/pids${at}`),
  },
  'a mount outside /sys/fs/cgroup': { on: [v1('pids', { mountpoint: '/dev/cg' })], plan: ['mkdir /dev/cg/k'] },
  'what is not enforced is optional': { on: [v1('pids')], enforced: false, plan: [`mkdir ${C}/pids/k (optional)`] },
  'a new cpuset takes its values from the root': {
    on: [v1('cpuset')],
    plan: [
      `mkdir ${C}/cpuset/k`,
      `seed ${C}/cpuset/k/cpuset.cpus 0-3 (optional)`,
      `seed ${C}/cpuset/k/cpuset.mems 0 (optional)`,
    ],
  },
  'of a nested cpuset the parent is needed, because the kubelet writes below it': {
    on: [v1('cpuset')],
    path: '/a/k',
    plan: [
      `mkdir ${C}/cpuset/a`,
      `mkdir ${C}/cpuset/a/k`,
      `seed ${C}/cpuset/a/cpuset.cpus 0-3`,
      `seed ${C}/cpuset/a/k/cpuset.cpus 0-3 (optional)`,
      `seed ${C}/cpuset/a/cpuset.mems 0 (optional)`,
      `seed ${C}/cpuset/a/k/cpuset.mems 0 (optional)`,
    ],
  },
  'the nearest ancestor that has a value is copied, not the root': {
    on: [v1('cpuset')],
    path: '/a/k',
    there: { [`${C}/cpuset/a`]: { cpus: '1-2', mems: '0' } },
    plan: [
      `mkdir ${C}/cpuset/a/k`,
      `seed ${C}/cpuset/a/k/cpuset.cpus 1-2 (optional)`,
      `seed ${C}/cpuset/a/k/cpuset.mems 0 (optional)`,
    ],
  },
  'one empty file of a cpuset that is there is filled': {
    on: [v1('cpuset')],
    there: { [`${C}/cpuset/k`]: { cpus: '2', mems: '' } },
    plan: [`seed ${C}/cpuset/k/cpuset.mems 0 (optional)`],
  },
  'a value that somebody chose stays': {
    on: [v1('cpuset')],
    there: { [`${C}/cpuset/k`]: { cpus: '2', mems: '0' } },
    plan: [],
  },
  'a file that cannot be read is not judged': {
    on: [v1('cpuset')],
    there: { [`${C}/cpuset/k`]: { cpus: null, mems: null } },
    plan: [],
  },
  'without a value at the root there is nothing to copy': {
    on: [v1('cpuset')],
    there: { [`${C}/cpuset`]: { cpus: '', mems: null } },
    plan: [`mkdir ${C}/cpuset/k`],
  },
  'where cpuset is mounted with others, it is filled all the same': {
    on: [v1('cpu,cpuset')],
    plan: [
      `mkdir ${C}/cpu,cpuset/k`,
      `seed ${C}/cpu,cpuset/k/cpuset.cpus 0-3 (optional)`,
      `seed ${C}/cpu,cpuset/k/cpuset.mems 0 (optional)`,
    ],
  },
  'systemd is asked for its slices first; cpuset and hugetlb it never makes': {
    on: [v1('cpu'), v1('cpuset'), v1('hugetlb'), v1('systemd')],
    path: '/kube.slice',
    systemd: SYSTEMD,
    plan: [
      'set kube.slice CPUAccounting=yes',
      'start kube.slice',
      `mkdir ${C}/cpuset/kube.slice`,
      `seed ${C}/cpuset/kube.slice/cpuset.cpus 0-3 (optional)`,
      `seed ${C}/cpuset/kube.slice/cpuset.mems 0 (optional)`,
      `mkdir ${C}/hugetlb/kube.slice`,
    ],
  },
  'below a missing slice of systemd, only after its start': {
    on: [v1('cpu')],
    path: '/a.slice/daemon',
    systemd: SYSTEMD,
    plan: [
      'start a.slice',
      'set a-cgprep.slice CPUAccounting=yes',
      'start a-cgprep.slice (optional)',
      `mkdir ${C}/cpu/a.slice/daemon`,
    ],
  },
  'below a slice that systemd has made, what is no slice is ours': {
    on: [v1('cpu')],
    path: '/a.slice/daemon',
    systemd: SYSTEMD,
    there: { [`${C}/cpu/a.slice`]: { kind: 'directory' } },
    plan: ['set a-cgprep.slice CPUAccounting=yes', 'start a-cgprep.slice (optional)', `mkdir ${C}/cpu/a.slice/daemon`],
  },
  'a read-only hierarchy is refused, the others are done': {
    on: [v1('cpuset', { readOnly: true }), v1('pids')],
    plan: [`mkdir ${C}/pids/k`, `refuse ${C}/cpuset/k read-only`],
  },
  'a read-only cpuset that is there is not filled': {
    on: [v1('cpuset', { readOnly: true })],
    there: { [`${C}/cpuset/k`]: { cpus: '', mems: '' } },
    plan: [],
  },
  "a container's view is refused": {
    on: [v1('pids', { root: '/docker/1' })],
    plan: [`refuse ${C}/pids/k not-the-hosts-root`],
  },
};

describe('the plan for v1', () => {
  it.each(Object.entries(CASES))('%s', (_, { on, path = '/k', there = {}, systemd = null, enforced = true, plan }) => {
    const host = hostWith(on, { systemd });
    const got = planFor(host, desiredOf(wanted(path, host, { enforced })), treeOf(host, [path], there), null);
    expect(lines(got)).toEqual(plan);
  });

  it('before 1.32 the kubelet writes no cpuset.cpus, so no value is needed', () => {
    const host = hostWith([v1('cpuset')]);
    const desired = { ...desiredOf(wanted('/a/k', host)), writesCpuset: false };
    const seeds = planFor(host, desired, treeOf(host, ['/a/k']), null).actions.filter(
      ({ action }) => action === 'seed-cpuset',
    );
    expect(seeds.map(({ needed }) => needed)).toEqual([false, false, false, false]);
  });

  it('a parent of two is made once, and needed if either is enforced', () => {
    const host = hostWith([v1('pids')]);
    const two = [wanted('/p/a', host, { enforced: false }), wanted('/p/b', host)];
    expect(lines(planFor(host, desiredOf(...two), treeOf(host, ['/p/a', '/p/b']), null))).toEqual([
      `mkdir ${C}/pids/p`,
      `mkdir ${C}/pids/p/a (optional)`,
      `mkdir ${C}/pids/p/b`,
    ]);
  });

  it('every action says why, and has an id that no other has', () => {
    const host = hostWith([v1('cpu,cpuacct'), v1('cpuset')]);
    const { actions } = planFor(host, desiredOf(wanted('/a/k', host)), treeOf(host, ['/a/k']), null);
    expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
    expect(actions.slice(0, 2).map(({ why }) => why)).toEqual([
      'parent of the kube-reserved cgroup under cpu and cpuacct',
      'the kubelet looks for its kube-reserved cgroup under cpu and cpuacct',
    ]);
  });
});
