import { describe, expect, it } from 'vitest';
import type { Hierarchy } from '../../../src/model/cgroup.ts';
import type { CgroupFacts, UnitFacts, Units } from '../../../src/model/host.ts';
import { planFor } from '../../../src/reconcile/plan.ts';
import { unitsOfInterest } from '../../../src/reconcile/plan-systemd.ts';
import { desiredOf, hostWith, lines, treeOf, v1, v2, wanted } from '../builders.ts';

const C = '/sys/fs/cgroup';
const ALL = ['cpu', 'cpuset', 'hugetlb', 'memory', 'pids'];
const COMPLETE = {
  kind: 'directory',
  controllers: ALL,
  subtreeControl: ALL,
  type: 'domain',
  populated: false,
} as const;
const NESTED = '/a.slice/a-b.slice';

function unit(over: Partial<UnitFacts> = {}): UnitFacts {
  return { loadState: 'loaded', activeState: 'active', loadError: null, properties: {}, ...over };
}

interface Case {
  readonly path: string;
  readonly on?: readonly Hierarchy[];
  readonly there?: Readonly<Record<string, Partial<CgroupFacts>>>;
  readonly units?: Units;
  readonly version?: number | null;
  readonly plan: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'on v1 a slice that is missing asks for its hierarchies, and is started once': {
    path: '/kube.slice',
    on: [v1('cpu'), v1('memory'), v1('systemd')],
    plan: ['set kube.slice CPUAccounting=yes MemoryAccounting=yes', 'start kube.slice'],
  },
  'an active slice of which nothing is missing needs nothing': {
    path: '/kube.slice',
    there: { [`${C}/kube.slice`]: COMPLETE },
    units: { 'kube.slice': unit() },
    plan: [],
  },
  'an inactive slice whose directory is there is started, but nothing depends on it': {
    path: '/kube.slice',
    there: { [`${C}/kube.slice`]: COMPLETE },
    units: { 'kube.slice': unit({ activeState: 'inactive' }) },
    plan: ['start kube.slice (optional)'],
  },
  'where systemd cannot be asked, what is there is taken for active': {
    path: '/kube.slice',
    there: { [`${C}/kube.slice`]: COMPLETE },
    units: null,
    plan: [],
  },
  'a nested slice gets its properties before it is started, and hugetlb by hand': {
    path: NESTED,
    there: { [C]: { cpus: '0-3' } },
    plan: [
      'set a-b.slice MemoryAccounting=yes TasksAccounting=yes CPUWeight=100 AllowedCPUs=0-3',
      'start a-b.slice',
      `enable ${C}/cgroup.subtree_control hugetlb`,
      `enable ${C}/a.slice/cgroup.subtree_control hugetlb`,
    ],
  },
  'before systemd 244 there is no AllowedCPUs, so cpuset is written by hand too': {
    path: NESTED,
    version: 243,
    there: { [C]: { cpus: '0-3' } },
    plan: [
      'set a-b.slice MemoryAccounting=yes TasksAccounting=yes CPUWeight=100',
      'start a-b.slice',
      `enable ${C}/cgroup.subtree_control cpuset hugetlb`,
      `enable ${C}/a.slice/cgroup.subtree_control cpuset hugetlb`,
    ],
  },
  'only the properties that are not set; any value will do': {
    path: NESTED,
    on: [v2('cpu memory pids')],
    there: { [`${C}/a.slice`]: COMPLETE, [`${C}${NESTED}`]: COMPLETE },
    units: {
      'a-b.slice': unit({ properties: { MemoryAccounting: 'yes', TasksAccounting: 'no', CPUWeight: '20' } }),
    },
    plan: ['set a-b.slice TasksAccounting=yes'],
  },
  'what older versions print for "not set" is not set': {
    path: NESTED,
    on: [v2('cpu')],
    there: { [C]: { subtreeControl: ['cpu'] }, [`${C}/a.slice`]: COMPLETE, [`${C}${NESTED}`]: COMPLETE },
    units: { 'a-b.slice': unit({ properties: { CPUWeight: '18446744073709551615' } }) },
    plan: ['set a-b.slice CPUWeight=100'],
  },
  'on v1 a nested slice asks for the accounting that makes its directories': {
    path: NESTED,
    on: [v1('cpu,cpuacct'), v1('memory'), v1('pids')],
    plan: ['set a-b.slice CPUAccounting=yes MemoryAccounting=yes TasksAccounting=yes', 'start a-b.slice'],
  },
  'of a cgroup below a slice, the slice is started, a keeper asks for the controller, and the rest is ours': {
    path: '/system.slice/daemons',
    on: [v1('pids')],
    plan: [
      'start system.slice',
      'set system-cgprep.slice TasksAccounting=yes',
      'start system-cgprep.slice (optional)',
      `mkdir ${C}/pids/system.slice/daemons`,
    ],
  },
  'what an active slice has lost is made by hand: systemd holds it for there': {
    path: '/kube.slice',
    on: [v1('pids')],
    units: { 'kube.slice': unit({ properties: { TasksAccounting: 'yes' } }) },
    plan: [`mkdir ${C}/pids/kube.slice`],
  },
  'what is no slice is not for systemd': { path: '/kubereserved', plan: [`mkdir ${C}/kubereserved`] },
  'a masked slice is refused, and not made up for by hand': {
    path: '/kube.slice',
    on: [v1('cpuset'), v1('pids')],
    units: { 'kube.slice': unit({ loadState: 'masked', loadError: 'Unit kube.slice is masked.' }) },
    plan: ['refuse kube.slice unit-refused'],
  },
  'a slice with a bad setting is refused': {
    path: '/kube.slice',
    units: { 'kube.slice': unit({ loadState: 'bad-setting' }) },
    plan: ['refuse kube.slice unit-refused'],
  },
  "a read-only tree is the tree's refusal, and systemd is not asked": {
    path: '/kube.slice',
    on: [v2('cpu', { readOnly: true })],
    plan: [`refuse ${C}/kube.slice read-only`],
  },
};

describe('the plan where systemd is PID 1', () => {
  it.each(Object.entries(CASES))('%s', (_, { path, on = [v2()], there = {}, units = null, version = 252, plan }) => {
    const host = hostWith(on, { systemd: { running: true, version } });
    expect(lines(planFor(host, desiredOf(wanted(path, host)), treeOf(host, [path], there), units))).toEqual(plan);
  });

  it("systemd's own words say why it refuses", () => {
    const host = hostWith([v2()], { systemd: { running: true, version: 252 } });
    const units = { 'k.slice': unit({ loadState: 'masked', loadError: 'Unit k.slice is masked.' }) };
    const { refusals } = planFor(host, desiredOf(wanted('/k.slice', host)), treeOf(host, ['/k.slice']), units);
    expect(refusals.map(({ why }) => why)).toEqual(['systemd does not start k.slice: Unit k.slice is masked.']);
  });
});

describe('what systemd is asked about', () => {
  it.each([
    ['/kube.slice', ['kube.slice']],
    [NESTED, ['a.slice', 'a-b.slice']],
    ['/system.slice/kubelet.service', ['system.slice', 'system-cgprep.slice']],
    ['/a.slice/b.slice', ['a.slice', 'a-cgprep.slice']],
    ['/cpu.slice', []],
  ])('every slice on the way to %s, and the keeper beside it', (path, want) => {
    const host = hostWith([v2()], { systemd: { running: true, version: 252 } });
    expect(unitsOfInterest(host, desiredOf(wanted(path, host)))).toEqual(want);
  });

  it('each unit once', () => {
    const host = hostWith([v2()], { systemd: { running: true, version: 252 } });
    const cgroups = ['/system.slice/a', '/system.slice'].map((path) => wanted(path, host));
    const units = unitsOfInterest(host, desiredOf(...cgroups));
    expect(units).toEqual([...new Set(units)]);
    expect(units).toContain('system.slice');
  });
});
