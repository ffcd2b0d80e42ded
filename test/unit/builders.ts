import { lineage } from '../../src/model/cgroup.ts';
import type { Hierarchy } from '../../src/model/cgroup.ts';
import type { DesiredCgroup, DesiredState } from '../../src/model/desired.ts';
import { demandedHierarchies, demandedIn } from '../../src/model/host.ts';
import type { CgroupFacts, HostFacts, TreeFacts } from '../../src/model/host.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { HostReader } from '../../src/model/ports.ts';
import { createReader } from '../../src/host/reader.ts';
import { memorySyscalls, mountHost } from '../support/captured-host.ts';
import type { CapturedHost } from '../support/captured-host.ts';

/** A v1 hierarchy at `/sys/fs/cgroup/CONTROLLERS`. */
export function v1(controllers: string, over: Partial<Hierarchy> = {}): Hierarchy {
  return {
    mountpoint: `/sys/fs/cgroup/${controllers}`,
    controllers: controllers.split(','),
    type: 'cgroup',
    device: '0:30',
    root: '/',
    readOnly: false,
    ...over,
  };
}

/** The cgroup2 tree on /sys/fs/cgroup with these words in the root's cgroup.controllers. */
export function v2(controllers = 'cpuset cpu io memory hugetlb pids', over: Partial<Hierarchy> = {}): Hierarchy {
  return {
    mountpoint: '/sys/fs/cgroup',
    controllers: controllers.split(' '),
    type: 'cgroup2',
    device: '0:26',
    root: '/',
    readOnly: false,
    ...over,
  };
}

/** A host without systemd that has these hierarchies. */
export function hostWith(hierarchies: readonly Hierarchy[], over: Partial<HostFacts> = {}): HostFacts {
  const unified = hierarchies.some(({ type, mountpoint }) => type === 'cgroup2' && mountpoint === '/sys/fs/cgroup');
  return {
    mode: unified ? 'unified' : 'legacy',
    hierarchies,
    kernelControllers: [],
    systemd: null,
    bootWords: [],
    ...over,
  };
}

export const SYSTEMD = { running: true, version: 252 } as const;

/** The kube-reserved cgroup, enforced, at a path of the cgroupfs driver. */
export function wanted(path: string, host: HostFacts, over: Partial<DesiredCgroup> = {}): DesiredCgroup {
  return {
    role: 'kube-reserved',
    name: path,
    source: '/kubelet.yaml:7',
    components: path.split('/').slice(1),
    path,
    unit: null,
    enforced: true,
    controllers: demandedHierarchies(host).flatMap(demandedIn),
    ...over,
  };
}

export function desiredOf(...cgroups: readonly DesiredCgroup[]): DesiredState {
  return { driver: { value: 'cgroupfs', source: '/kubelet.yaml:3' }, cgroups, panics: [] };
}

/** Facts of a tree in which only the roots are there, and what `there` adds. */
export function treeOf(
  host: HostFacts,
  paths: readonly string[],
  there: Readonly<Record<string, Partial<CgroupFacts>>> = {},
): TreeFacts {
  const tree: Record<string, CgroupFacts> = {};
  for (const { mountpoint, type, controllers } of demandedHierarchies(host)) {
    for (const path of paths.flatMap(lineage)) {
      const directory = path === '/' ? mountpoint : mountpoint + path;
      tree[directory] = { kind: path === '/' ? 'directory' : 'absent' };
    }
    if (type === 'cgroup2')
      tree[mountpoint] = { kind: 'directory', controllers, subtreeControl: [], type: null, populated: true };
    else if (controllers.includes('cpuset')) tree[mountpoint] = { kind: 'directory', cpus: '0-3', mems: '0' };
  }
  for (const [directory, facts] of Object.entries(there)) {
    tree[directory] = { kind: 'directory', ...tree[directory], ...facts };
  }
  return tree;
}

/** A plan as lines, e.g. `mkdir /sys/fs/cgroup/cpu/kube.slice`; what the kubelet does not need ends in `(optional)`. */
export function lines({ actions, refusals }: Plan): string[] {
  return [
    ...actions.map((action) => {
      const tail = action.needed ? '' : ' (optional)';
      switch (action.action) {
        case 'make-directory':
          return `mkdir ${action.target}${tail}`;
        case 'seed-cpuset':
          return `seed ${action.target} ${action.value}${tail}`;
        case 'enable-controllers':
          return `enable ${action.target} ${action.controllers.join(' ')}${tail}`;
      }
    }),
    ...refusals.map(({ target, reason, needed }) => `refuse ${target} ${reason}${needed ? '' : ' (optional)'}`),
  ];
}

/** A reader of a host that is written down as files, directories and links. */
export function readerOf(host: Partial<CapturedHost>, root = '/'): HostReader {
  return createReader(memorySyscalls(mountHost({ files: {}, dirs: [], links: {}, ...host })), root);
}
