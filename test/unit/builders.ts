import { lineage } from '../../src/model/cgroup.ts';
import type { Hierarchy } from '../../src/model/cgroup.ts';
import { pathsOf } from '../../src/model/desired.ts';
import type { DesiredCgroup, DesiredState } from '../../src/model/desired.ts';
import { demandedHierarchies, demandedIn } from '../../src/model/host.ts';
import type { CgroupFacts, HostFacts, TreeFacts, Units } from '../../src/model/host.ts';
import type { KubeletConfig } from '../../src/model/kubelet.ts';
import type { Look } from '../../src/model/look.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { HostReader } from '../../src/model/ports.ts';
import type { Resources } from '../../src/model/resources.ts';
import { allLimits } from '../../src/kubelet/limits.ts';
import { nodeResources } from '../../src/kubelet/node.ts';
import { judge } from '../../src/kubelet/verdict.ts';
import { desire } from '../../src/reconcile/desire.ts';
import { planFor } from '../../src/reconcile/plan.ts';
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
    mountinfo: '/proc/self/mountinfo',
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
  const driver = { value: 'cgroupfs', source: '/kubelet.yaml:3' } as const;
  return { driver, root: null, cgroups, panics: [], writesCpuset: true };
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
    tree[directory] = { ...tree[directory], kind: 'directory', ...facts };
  }
  return tree;
}

/** A plan as lines, e.g. `mkdir /sys/fs/cgroup/cpu/kube.slice`; what the kubelet does not need ends in `(optional)`. */
export function lines({ actions, refusals }: Plan): string[] {
  return [
    ...actions.map((action) => {
      const tail = action.needed ? '' : ' (optional)';
      switch (action.action) {
        case 'set-properties':
          return `set ${action.target} ${action.properties.join(' ')}${tail}`;
        case 'start-slice':
          return `start ${action.target}${tail}`;
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

const DEFAULT = 'kubelet default';

/** A kubelet 1.34 that enforces /kube.slice and reserves something for it, as a file says. */
export function kubeletConfig(over: Partial<KubeletConfig> = {}): KubeletConfig {
  return {
    version: { value: { text: '1.34', minor: 34 }, source: '--kubelet-version' },
    found: true,
    sources: ['/kubelet.yaml'],
    enforceNodeAllocatable: { value: ['pods', 'kube-reserved'], source: '/kubelet.yaml:4' },
    kubeReserved: { value: { cpu: '100m' }, source: '/kubelet.yaml:5' },
    systemReserved: { value: null, source: DEFAULT },
    kubeReservedCgroup: { value: '/kube.slice', source: '/kubelet.yaml:7' },
    systemReservedCgroup: { value: '', source: DEFAULT },
    cgroupDriver: { value: 'cgroupfs', source: '/kubelet.yaml:3' },
    cgroupRoot: { value: '/', source: DEFAULT },
    cgroupsPerQOS: { value: true, source: DEFAULT },
    failCgroupV1: { value: false, source: DEFAULT },
    reservedSystemCPUs: { value: '', source: DEFAULT },
    evictionHard: { value: {}, source: DEFAULT },
    evictionSoft: { value: {}, source: DEFAULT },
    evictionSoftGracePeriod: { value: {}, source: DEFAULT },
    evictionMinimumReclaim: { value: {}, source: DEFAULT },
    featureGates: { value: {}, source: DEFAULT },
    kubeletCgroups: { value: '', source: DEFAULT },
    systemCgroups: { value: '', source: DEFAULT },
    failSwapOn: { value: true, source: DEFAULT },
    swapBehavior: { value: null, source: DEFAULT },
    memoryThrottlingFactor: { value: 0.9, source: DEFAULT },
    memoryReservationPolicy: { value: 'None', source: DEFAULT },
    singleProcessOOMKill: { value: null, source: DEFAULT },
    cpuManagerPolicy: { value: 'none', source: DEFAULT },
    memoryManagerPolicy: { value: 'None', source: DEFAULT },
    reservedMemory: { value: [], source: DEFAULT },
    protectKernelDefaults: { value: false, source: DEFAULT },
    oomScoreAdj: { value: -999, source: DEFAULT },
    containerRuntimeEndpoint: { value: '', source: 'kubelet default' },
    oddities: [],
    ...over,
  };
}

/** A machine of which nothing could be read. */
export const NOTHING_KNOWN: Resources = {
  cpus: null,
  memoryBytes: null,
  hugePages: [],
  swaps: [],
  numaNodes: [],
  kernelFlags: {},
};

/** What one look at a host without files comes to; `there` adds to the tree. */
export function lookAt(
  host: HostFacts,
  config: KubeletConfig = kubeletConfig(),
  there: Readonly<Record<string, Partial<CgroupFacts>>> = {},
  units: Units = null,
  resources: Resources = NOTHING_KNOWN,
  usage: Look['usage'] = {},
): Look {
  const desired = desire(config, host, 'auto');
  const tree = treeOf(host, pathsOf(desired), there);
  const limits = allLimits(config, host, desired, resources);
  const facts = { config, host, desired, tree, units, resources, usage, limits };
  const surroundings = { daemonsInSystemSlice: [], limitFiles: [], v1Directories: [] };
  return {
    ...facts,
    node: nodeResources(config, resources),
    oom: null,
    changes: null,
    surroundings,
    boot: null,
    verdict: judge(facts),
    plan: planFor(host, desired, tree, units),
  };
}
