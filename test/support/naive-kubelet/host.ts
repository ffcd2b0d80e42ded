/** What the kubelet asks the file system. */
export interface Files {
  readonly exists: (path: string) => boolean;
  /** A file's text; null if it is not there. */
  readonly text: (path: string) => string | null;
  /** The names in a directory; none if it is not there. */
  readonly names: (path: string) => readonly string[];
}

/** A mount of a v1 hierarchy: where, and its super options, e.g. `rw`, `cpu`, `cpuacct`. */
interface V1Mount {
  readonly mountpoint: string;
  readonly options: readonly string[];
}

/** The fields of the kubelet's file that its start depends on here, named as there. */
export interface KubeletFile {
  readonly cgroupDriver?: string;
  readonly cgroupRoot?: string;
  readonly cgroupsPerQOS?: boolean;
  readonly cpuManagerPolicy?: string;
  readonly enforceNodeAllocatable?: readonly string[];
  readonly evictionHard?: Readonly<Record<string, string>>;
  readonly failCgroupV1?: boolean;
  readonly failSwapOn?: boolean;
  readonly kubeReserved?: Readonly<Record<string, string>>;
  readonly kubeReservedCgroup?: string;
  readonly oomScoreAdj?: number;
  readonly reservedSystemCPUs?: string;
  readonly systemCgroups?: string;
  readonly systemReserved?: Readonly<Record<string, string>>;
  readonly systemReservedCgroup?: string;
}

/** One start of one kubelet. `minor` is 36 for 1.36. */
export interface Start {
  readonly files: Files;
  readonly minor: number;
  readonly config: KubeletFile;
}

/** The lines of mountinfo as [mount point, filesystem type, super options]. proc(5): the type follows the field `-`. */
function mounts(files: Files): [string, string, string[]][] {
  const found: [string, string, string[]][] = [];
  for (const line of (files.text('/proc/self/mountinfo') ?? '').split('\n')) {
    const [before, after] = line.split(' - ');
    if (before === undefined || after === undefined) continue;
    const [type, , options] = after.split(' ');
    found.push([before.split(' ')[4] ?? '', type ?? '', (options ?? '').split(',')]);
  }
  return found;
}

/** v2 if the filesystem at /sys/fs/cgroup is cgroup2; nothing else is asked. */
export function isUnified(files: Files): boolean {
  let type = '';
  for (const [mountpoint, found] of mounts(files)) if (mountpoint === '/sys/fs/cgroup') type = found;
  return type === 'cgroup2';
}

export function v1Mounts(files: Files): V1Mount[] {
  const found: V1Mount[] = [];
  for (const [mountpoint, type, options] of mounts(files)) if (type === 'cgroup') found.push({ mountpoint, options });
  return found;
}

/** The second field of each line of /proc/self/cgroup. */
function namesWanted(files: Files): string[] {
  const wanted: string[] = [];
  for (const line of (files.text('/proc/self/cgroup') ?? '').split('\n')) {
    const names = line.split(':')[1] ?? '';
    for (const name of names.split(',')) if (name !== '') wanted.push(name);
  }
  return wanted;
}

/**
 * Each v1 controller's mount point: the names of /proc/self/cgroup, looked for in the mounts' options.
 * From 1.21 the shortest mount point, the first of equals; 1.20 the last that it reads, and it reads on
 * only until it has counted as many matches as there are names.
 */
export function v1MountPoints(files: Files, minor: number): Map<string, string> {
  const wanted = namesWanted(files);
  const points = new Map<string, string>();
  // Some captures were taken without that file: then every option is a name.
  const unknown = wanted.length === 0;
  let matches = 0;
  for (const { mountpoint, options } of v1Mounts(files)) {
    if (minor === 20 && !unknown && matches >= wanted.length) break;
    for (const option of options) {
      if (!unknown && !wanted.includes(option)) continue;
      matches += 1;
      const name = option.replace('name=', '');
      const before = points.get(name);
      if (minor === 20 || before === undefined || mountpoint.length < before.length) points.set(name, mountpoint);
    }
  }
  return points;
}
