import type { CapturedHost } from './captured-host.ts';

/** A machine as few words as possible: what is mounted, and what stands in the trees. */
export interface Machine {
  readonly mode: 'legacy' | 'hybrid' | 'unified';
  readonly systemd: boolean;
  /** v1: are cpu and cpuacct one hierarchy. */
  readonly joined: boolean;
  readonly hugetlb: boolean;
  /** v1: the controllers that are mounted nowhere. */
  readonly unmounted: readonly string[];
  /** v1: a second mount of the memory hierarchy, before or after the usual one in mountinfo. */
  readonly secondMemory: 'none' | 'longer-after' | 'longer-before' | 'shorter-after';
  readonly memoryMiB: number;
  readonly swap: boolean;
  readonly cgroups: readonly Cgroup[];
}

/** A cgroup that stands there; its ancestors do too. */
export interface Cgroup {
  readonly path: string;
  /** v1: the controllers under which it does not. */
  readonly without: readonly string[];
  /** v1: are cpuset.cpus and cpuset.mems of its ancestors filled. */
  readonly filled: boolean;
  /** v2: what its parent passes on, and every ancestor before that, the root aside. */
  readonly words: readonly string[];
  /** v1: memory in use there. */
  readonly memoryMiB: number;
  /** Are huge pages of 2 MiB in use there. */
  readonly hugePages: boolean;
}

const ROOT = '/sys/fs/cgroup';
const CPUS = '0-3';

/** The v1 hierarchies of a machine, as the options of their mounts. */
export function v1Hierarchies({ mode, joined, hugetlb, unmounted }: Machine): string[][] {
  if (mode === 'unified') return [];
  const all = [
    ['name=systemd'],
    ...(joined ? [['cpu', 'cpuacct']] : [['cpu'], ['cpuacct']]),
    ['cpuset'],
    ['memory'],
    ['pids'],
    ...(hugetlb ? [['hugetlb']] : []),
    ['blkio'],
  ];
  return all
    .map((options) => options.filter((one) => !unmounted.includes(one)))
    .filter((options) => options.length > 0);
}

function directoryOf(options: readonly string[]): string {
  return `${ROOT}/${options.join(',').replace('name=', '')}`;
}

/** The words of the v2 root. */
export function v2Words({ hugetlb }: Machine): string[] {
  return ['cpuset', 'cpu', 'io', 'memory', ...(hugetlb ? ['hugetlb'] : []), 'pids'];
}

function mountinfo(machine: Machine): string {
  const lines: string[] = ['21 1 0:20 / / rw - ext4 /dev/vda rw'];
  const add = (at: string, type: string, options: string, device = 30 + lines.length): void => {
    lines.push(`${21 + lines.length} 21 0:${device} / ${at} rw,nosuid,nodev,noexec - ${type} ${type} rw,${options}`);
  };
  if (machine.mode === 'unified') {
    add(ROOT, 'cgroup2', 'nsdelegate');
    return `${lines.join('\n')}\n`;
  }
  add(ROOT, 'tmpfs', 'mode=755');
  if (machine.mode === 'hybrid') add(`${ROOT}/unified`, 'cgroup2', 'nsdelegate');
  for (const options of v1Hierarchies(machine)) {
    const second = options[0] === 'memory' ? machine.secondMemory : 'none';
    if (second === 'longer-before') add('/var/lib/container/sys/memory', 'cgroup', 'memory', 99);
    add(directoryOf(options), 'cgroup', options.join(','), options[0] === 'memory' ? 99 : undefined);
    if (second === 'longer-after') add('/var/lib/container/sys/memory', 'cgroup', 'memory', 99);
    if (second === 'shorter-after') add('/m', 'cgroup', 'memory', 99);
  }
  return `${lines.join('\n')}\n`;
}

function ancestors(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** The memory hierarchy is one tree, whichever of its mounts is looked through. */
function directoriesOf(options: readonly string[], { secondMemory }: Machine): string[] {
  const second = secondMemory === 'shorter-after' ? '/m' : '/var/lib/container/sys/memory';
  return options[0] === 'memory' && secondMemory !== 'none' ? [directoryOf(options), second] : [directoryOf(options)];
}

type Files = Record<string, string>;

function addV1(machine: Machine, files: Files): void {
  for (const options of v1Hierarchies(machine)) {
    for (const directory of directoriesOf(options, machine)) {
      const make = (path: string, full: boolean): void => {
        files[`${directory}${path}/cgroup.procs`] ??= '';
        if (!options.includes('cpuset')) return;
        for (const [file, value] of [
          ['cpuset.cpus', CPUS],
          ['cpuset.mems', '0'],
        ] as const) {
          const key = `${directory}${path}/${file}`;
          if (full || files[key] === undefined) files[key] = full ? `${value}\n` : '\n';
        }
      };
      make('', true);
      for (const cgroup of machine.cgroups) {
        for (const path of ancestors(cgroup.path)) make(path, cgroup.filled);
        if (options.some((option) => cgroup.without.includes(option.replace('name=', '')))) continue;
        make(cgroup.path, false);
        if (options.includes('memory')) {
          files[`${directory}${cgroup.path}/memory.usage_in_bytes`] = `${cgroup.memoryMiB * 2 ** 20}\n`;
          files[`${directory}${cgroup.path}/memory.max_usage_in_bytes`] = `${(cgroup.memoryMiB + 7) * 2 ** 20}\n`;
        }
        if (options.includes('hugetlb') && cgroup.hugePages)
          files[`${directory}${cgroup.path}/hugetlb.2MB.usage_in_bytes`] = '4194304\n';
      }
    }
  }
}

function addV2(machine: Machine, files: Files): void {
  const all = v2Words(machine);
  // systemd's usual share; what it does not pass on to the top level, the kubelet does.
  const atTop = all.filter((word) => word === 'memory' || word === 'pids');
  const make = (path: string, given: string, passed: readonly string[]): void => {
    const at = `${ROOT}${path}`;
    files[`${at}/cgroup.procs`] ??= '';
    files[`${at}/cgroup.controllers`] ??= given;
    files[`${at}/cgroup.subtree_control`] ??= `${passed.join(' ')}\n`;
    if (path !== '') files[`${at}/cgroup.type`] ??= 'domain\n';
  };
  make('', `${all.join(' ')}\n`, atTop);
  files[`${ROOT}/cpuset.cpus.effective`] = `${CPUS}\n`;
  // The deepest first: what a cgroup passes on is known before it is met as a cgroup of its own.
  for (const { path, words, hugePages } of machine.cgroups.toSorted((a, b) => b.path.length - a.path.length)) {
    const passed = all.filter((word) => words.includes(word));
    for (const at of [...ancestors(path), path]) {
      const parent = at.slice(0, at.lastIndexOf('/'));
      make(at, files[`${ROOT}${parent}/cgroup.subtree_control`] ?? '', at === path ? [] : passed);
    }
    if (hugePages && machine.hugetlb) files[`${ROOT}${path}/hugetlb.2MB.current`] = '4194304\n';
  }
}

/** The machine as a captured host. */
export function generatedHost(machine: Machine): CapturedHost {
  const hierarchies = v1Hierarchies(machine);
  const lines =
    machine.mode === 'unified' ? [] : hierarchies.map((options, at) => `${at + 1}:${options.join(',')}:/\n`);
  const files: Files = {
    '/proc/1/mountinfo': mountinfo(machine),
    '/proc/1/cgroup': `${lines.join('')}${machine.mode === 'legacy' ? '' : '0::/\n'}`,
    '/proc/meminfo': `MemTotal:       ${machine.memoryMiB * 1024} kB\n`,
    '/proc/swaps': `Filename\tType\tSize\tUsed\tPriority\n${machine.swap ? '/swapfile file 2097148 0 -2\n' : ''}`,
    '/sys/devices/system/cpu/online': `${CPUS}\n`,
    '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages': '8\n',
  };
  if (machine.mode === 'hybrid')
    for (const file of ['controllers', 'subtree_control', 'procs']) files[`${ROOT}/unified/cgroup.${file}`] = '\n';
  if (machine.mode !== 'unified') addV1(machine, files);
  else addV2(machine, files);
  return { files, dirs: machine.systemd ? ['/run/systemd/system'] : [], links: {} };
}
