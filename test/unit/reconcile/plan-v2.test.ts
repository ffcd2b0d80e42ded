import { describe, expect, it } from 'vitest';
import type { Hierarchy } from '../../../src/model/cgroup.ts';
import type { CgroupFacts } from '../../../src/model/host.ts';
import { planFor } from '../../../src/reconcile/plan.ts';
import { desiredOf, hostWith, lines, SYSTEMD, treeOf, v1, v2, wanted } from '../builders.ts';

const C = '/sys/fs/cgroup';
const ALL = ['cpu', 'cpuset', 'hugetlb', 'memory', 'pids'];
const DOMAIN = { kind: 'directory', type: 'domain', populated: false } as const;

interface Case {
  readonly path: string;
  readonly on?: Hierarchy;
  readonly there?: Readonly<Record<string, Partial<CgroupFacts>>>;
  readonly systemd?: typeof SYSTEMD;
  readonly enforced?: boolean;
  readonly plan: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'at the top level only the directory: the kubelet enables the rest itself': { path: '/k', plan: [`mkdir ${C}/k`] },
  'nested, from the root down, each level before the next': {
    path: '/a/b/k',
    plan: [
      `enable ${C}/cgroup.subtree_control ${ALL.join(' ')}`,
      `mkdir ${C}/a`,
      `enable ${C}/a/cgroup.subtree_control ${ALL.join(' ')}`,
      `mkdir ${C}/a/b`,
      `enable ${C}/a/b/cgroup.subtree_control ${ALL.join(' ')}`,
      `mkdir ${C}/a/b/k`,
    ],
  },
  'only the words that are missing': {
    path: '/a/k',
    there: {
      [C]: { subtreeControl: ['cpu', 'memory', 'pids', 'io'] },
      [`${C}/a`]: { ...DOMAIN, subtreeControl: ALL },
      [`${C}/a/k`]: DOMAIN,
    },
    plan: [`enable ${C}/cgroup.subtree_control cpuset hugetlb`],
  },
  'only the words that the root has': {
    path: '/a/k',
    on: v2('cpuset cpu io rdma'),
    plan: [
      `enable ${C}/cgroup.subtree_control cpu cpuset`,
      `mkdir ${C}/a`,
      `enable ${C}/a/cgroup.subtree_control cpu cpuset`,
      `mkdir ${C}/a/k`,
    ],
  },
  'nothing where everything is there': {
    path: '/a/k',
    there: { [C]: { subtreeControl: ALL }, [`${C}/a`]: { ...DOMAIN, subtreeControl: ALL }, [`${C}/a/k`]: DOMAIN },
    plan: [],
  },
  'the root may hold processes, as it always does': {
    path: '/a/k',
    there: { [C]: { populated: true, subtreeControl: ['cpu'] }, [`${C}/a`]: { ...DOMAIN, subtreeControl: ALL } },
    plan: [`enable ${C}/cgroup.subtree_control cpuset hugetlb memory pids`, `mkdir ${C}/a/k`],
  },
  'a parent that holds processes is left alone': {
    path: '/a/k',
    there: { [C]: { subtreeControl: ALL }, [`${C}/a`]: { ...DOMAIN, populated: true, subtreeControl: [] } },
    plan: [`refuse ${C}/a/cgroup.subtree_control holds-processes`],
  },
  'a parent that holds processes but passes everything on is no obstacle': {
    path: '/a/k',
    there: { [C]: { subtreeControl: ALL }, [`${C}/a`]: { ...DOMAIN, populated: true, subtreeControl: ALL } },
    plan: [`mkdir ${C}/a/k`],
  },
  'a threaded parent is left alone': {
    path: '/a/k',
    there: {
      [C]: { subtreeControl: ALL },
      [`${C}/a`]: { ...DOMAIN, type: 'domain threaded', subtreeControl: ['cpu'] },
    },
    plan: [`refuse ${C}/a/cgroup.subtree_control threaded`],
  },
  'what nobody may look at is not planned': {
    path: '/a/k',
    there: { [C]: { subtreeControl: ALL }, [`${C}/a`]: { kind: 'unreadable' } },
    plan: [],
  },
  'what is not enforced is optional': { path: '/k', enforced: false, plan: [`mkdir ${C}/k (optional)`] },
  'a slice is for systemd to make': { path: '/kube.slice', systemd: SYSTEMD, plan: ['start kube.slice'] },
  'what is no slice is ours even then': { path: '/k', systemd: SYSTEMD, plan: [`mkdir ${C}/k`] },
  'a read-only tree is refused': { path: '/k', on: v2('cpu', { readOnly: true }), plan: [`refuse ${C}/k read-only`] },
  'a read-only tree in which nothing is missing is not': {
    path: '/k',
    on: v2('cpu', { readOnly: true }),
    there: { [`${C}/k`]: DOMAIN },
    plan: [],
  },
  'nested on a read-only tree: the first thing that is missing is refused': {
    path: '/a/k',
    on: v2('cpu', { readOnly: true }),
    plan: [`refuse ${C}/cgroup.subtree_control read-only`],
  },
  "a container's view is refused": {
    path: '/k',
    there: { [C]: { type: 'domain' } },
    plan: [`refuse ${C}/k not-the-hosts-root`],
  },
};

describe('the plan for v2', () => {
  it.each(Object.entries(CASES))('%s', (_, { path, on = v2(), there = {}, systemd = null, enforced = true, plan }) => {
    const host = hostWith([on], { systemd });
    const got = planFor(host, desiredOf(wanted(path, host, { enforced })), treeOf(host, [path], there), null);
    expect(lines(got)).toEqual(plan);
  });

  it('nothing is made in a v1 hierarchy that is mounted beside it', () => {
    const host = hostWith([v2('memory'), v1('cpu', { mountpoint: '/mnt/cpu' })]);
    expect(lines(planFor(host, desiredOf(wanted('/k', host)), treeOf(host, ['/k']), null))).toEqual([`mkdir ${C}/k`]);
  });

  it('two cgroups below one parent: its words are enabled once', () => {
    const host = hostWith([v2('cpu')]);
    const two = [wanted('/a/x', host), wanted('/a/y', host, { role: 'system-reserved', enforced: false })];
    expect(lines(planFor(host, desiredOf(...two), treeOf(host, ['/a/x', '/a/y']), null))).toEqual([
      `enable ${C}/cgroup.subtree_control cpu`,
      `mkdir ${C}/a`,
      `enable ${C}/a/cgroup.subtree_control cpu`,
      `mkdir ${C}/a/x`,
      `mkdir ${C}/a/y (optional)`,
    ]);
  });

  it('the reason names the cgroup and the words', () => {
    const host = hostWith([v2('cpu memory')]);
    const { actions } = planFor(host, desiredOf(wanted('/a/k', host)), treeOf(host, ['/a/k']), null);
    expect(actions[0]?.why).toBe(
      '/a/k gets cpu, memory only if every ancestor passes them on, and the kubelet demands them there',
    );
  });
});
