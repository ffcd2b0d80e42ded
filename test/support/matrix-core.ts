import { v1Hierarchies, v2Words } from './generated-host.ts';
import type { Cgroup, Machine } from './generated-host.ts';
import type { Square } from './matrix.ts';
import type { KubeletFile } from './naive-kubelet/host.ts';
import { internalName, pathOf } from './naive-kubelet/names.ts';

const VERSIONS = [20, 21, 24, 25, 31, 32, 36] as const;
export const DRIVERS = ['systemd', 'cgroupfs'] as const;

/** Spellings of a name: top level, nested, a service's, and one of each that the kubelet dies of or systemd refuses. */
const NAMES = [
  '/kube.slice',
  'kube',
  '/kube-reserved.slice',
  '/podruntime.slice/podruntime-kube.slice',
  '/podruntime.slice/kube.slice',
  '/system.slice/kubelet.service',
  'kube_reserved.slice',
  '/a@b.slice',
  '-kube.slice',
] as const;

const ENFORCED = [['pods', 'kube-reserved', 'system-reserved'], ['kube-reserved-compressible']] as const;

const WHOLE: Omit<Cgroup, 'path'> = {
  without: [],
  filled: true,
  words: ['cpu', 'cpuset', 'hugetlb', 'memory', 'pids'],
  memoryMiB: 10,
  hugePages: false,
};

const MACHINE: Machine = {
  mode: 'unified',
  systemd: true,
  joined: true,
  hugetlb: true,
  unmounted: [],
  secondMemory: 'none',
  memoryMiB: 8192,
  swap: false,
  cgroups: [],
};

/** Where the kubelet looks for a name; null if it dies of it. */
export function placeOf(name: string, driver: string): string | null {
  const found = pathOf(internalName(name, driver === 'systemd'), driver === 'systemd');
  return 'path' in found ? found.path : null;
}

/** The kube-reserved cgroup whole, gone, and with each single thing missing. */
function states(machine: Machine): Partial<Omit<Cgroup, 'path'>>[] {
  if (machine.mode === 'unified') {
    const words = v2Words(machine);
    return [{}, ...words.map((missing) => ({ words: words.filter((word) => word !== missing) })), { words: [] }];
  }
  const controllers = v1Hierarchies(machine).map((options) => (options[0] ?? '').replace('name=', ''));
  return [{}, { filled: false }, ...controllers.map((one) => ({ without: [one] })), { without: controllers }];
}

function machinesFor(path: string | null): Machine[] {
  const machines: Machine[] = [];
  for (const mode of ['legacy', 'hybrid', 'unified'] as const) {
    for (const [joined, hugetlb] of [
      [true, true],
      [false, true],
      [true, false],
    ] as const) {
      const machine: Machine = { ...MACHINE, mode, joined, hugetlb };
      const system: Cgroup = { ...WHOLE, path: '/system.slice' };
      machines.push({ ...machine, cgroups: [system] });
      if (path === null) continue;
      for (const state of states(machine))
        machines.push({ ...machine, cgroups: [system, { ...WHOLE, path, ...state }] });
    }
  }
  return machines;
}

function configs(kubeReservedCgroup: string, cgroupDriver: string): KubeletFile[] {
  return ENFORCED.map((enforceNodeAllocatable) => ({
    cgroupDriver,
    enforceNodeAllocatable,
    kubeReservedCgroup,
    systemReservedCgroup: '/system.slice',
    kubeReserved: { cpu: '100m', memory: '256Mi' },
    systemReserved: { cpu: '200m', memory: '512Mi' },
    failCgroupV1: false,
  }));
}

/** Every combination of the sensible core. */
export function* coreSquares(): Generator<Square> {
  for (const driver of DRIVERS) {
    for (const name of NAMES) {
      const files = configs(name, driver);
      for (const machine of machinesFor(placeOf(name, driver)))
        for (const config of files) for (const minor of VERSIONS) yield { machine, minor, config };
    }
  }
}
