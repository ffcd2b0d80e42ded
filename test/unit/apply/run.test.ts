import { describe, expect, it } from 'vitest';
import { run } from '../../../src/apply/run.ts';
import type { Hierarchy } from '../../../src/model/cgroup.ts';
import type { Action } from '../../../src/model/plan.ts';
import { planFor } from '../../../src/reconcile/plan.ts';
import { fakeDoor } from '../../support/fake-cgroupfs.ts';
import { mountHost } from '../../support/captured-host.ts';
import { desiredOf, hostWith, treeOf, v1, v2, wanted } from '../builders.ts';

const C = '/sys/fs/cgroup';

/** Plans `paths` on a bare host, carries the plan out where `broken` calls answer an errno, and gives an outcome each. */
function outcomes(on: readonly Hierarchy[], paths: readonly string[], broken: Readonly<Record<string, string>> = {}) {
  const host = hostWith(on);
  const plan = planFor(host, desiredOf(...paths.map((path) => wanted(path, host))), treeOf(host, paths), null);
  const files: Record<string, string> = {};
  for (const { mountpoint, type, controllers } of on) {
    if (type === 'cgroup2') {
      files[`${mountpoint}/cgroup.controllers`] = `${controllers.join(' ')}\n`;
      files[`${mountpoint}/cgroup.subtree_control`] = '\n';
    } else if (controllers.includes('cpuset')) {
      for (const name of ['cpus', 'mems']) files[`${mountpoint}/cpuset.${name}`] = '0\n';
    }
  }
  const fs = mountHost({ files, dirs: on.map(({ mountpoint }) => mountpoint), links: {} });
  const journal: string[] = [];
  const world = { door: fakeDoor(fs, journal, (call) => broken[call] ?? null), systemd: null, anchors: on };
  const line = ({ action }: { action: Action }): string => action.target.slice(C.length);
  return { journal, done: run(plan, world).map((one) => `${one.outcome} ${line(one)}`) };
}

describe('run', () => {
  it('carries the plan out in its order', () => {
    const { done, journal } = outcomes([v2('cpu')], ['/a/k']);
    expect(done).toEqual(['done /cgroup.subtree_control', 'done /a', 'done /a/cgroup.subtree_control', 'done /a/k']);
    expect(journal).toEqual([
      `write ${C}/cgroup.subtree_control +cpu`,
      `mkdir ${C}/a`,
      `write ${C}/a/cgroup.subtree_control +cpu`,
      `mkdir ${C}/a/k`,
    ]);
  });

  it('one hierarchy that fails does not stop the others', () => {
    expect(outcomes([v1('cpu'), v1('memory'), v1('pids')], ['/k'], { [`mkdir ${C}/memory/k`]: 'EROFS' }).done).toEqual([
      'done /cpu/k',
      'failed /memory/k',
      'done /pids/k',
    ]);
  });

  it('what builds on a failure is not tried', () => {
    expect(outcomes([v1('cpuset')], ['/a/k'], { [`mkdir ${C}/cpuset/a`]: 'EACCES' }).done).toEqual([
      'failed /cpuset/a',
      'stale /cpuset/a/k',
      'stale /cpuset/a/cpuset.cpus',
      'stale /cpuset/a/k/cpuset.cpus',
      'stale /cpuset/a/cpuset.mems',
      'stale /cpuset/a/k/cpuset.mems',
    ]);
  });

  it('what has a like name but lies elsewhere is tried', () => {
    const broken = { [`mkdir ${C}/pids/a`]: 'EIO' };
    expect(outcomes([v1('pids')], ['/a', '/ab'], broken).done).toEqual(['failed /pids/a', 'done /pids/ab']);
  });

  it('a seed that fails does not keep the other file from being filled', () => {
    const broken = { [`write ${C}/cpuset/k/cpuset.cpus`]: 'ERANGE' };
    expect(outcomes([v1('cpuset')], ['/k'], broken).done).toEqual([
      'done /cpuset/k',
      'failed /cpuset/k/cpuset.cpus',
      'done /cpuset/k/cpuset.mems',
    ]);
  });

  it('without its words at the root, nothing is made below it', () => {
    const broken = { [`write ${C}/cgroup.subtree_control`]: 'EPERM' };
    expect(outcomes([v2('cpu')], ['/a/k'], broken).done).toEqual([
      'failed /cgroup.subtree_control',
      'stale /a',
      'stale /a/cgroup.subtree_control',
      'stale /a/k',
    ]);
  });

  it('the host moved: stale, and so is what builds on it', () => {
    expect(outcomes([v1('pids')], ['/a/k'], { [`mkdir ${C}/pids/a`]: 'ENOENT' }).done).toEqual([
      'stale /pids/a',
      'stale /pids/a/k',
    ]);
  });
});
