import { isUnified, v1MountPoints, v1Mounts } from './host.ts';
import type { Start } from './host.ts';
import { internalName, pathOf, quoted } from './names.ts';

const V1 = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb'];
const V2 = ['cpu', 'cpuset', 'memory', 'hugetlb', 'pids'];
const V2_ROOT = '/sys/fs/cgroup';

export function isSystemd({ config }: Start): boolean {
  return config.cgroupDriver === 'systemd';
}

export function below(mountpoint: string, path: string): string {
  return path === '/' ? mountpoint : mountpoint + path;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The paths of a cgroup that are not there, one for each v1 controller that is asked for and mounted. */
function missingPaths({ files, minor }: Start, path: string): string[] {
  const points = v1MountPoints(files, minor);
  const missing: string[] = [];
  for (const controller of V1) {
    const mountpoint = points.get(controller);
    if (mountpoint !== undefined && !files.exists(below(mountpoint, path))) missing.push(below(mountpoint, path));
  }
  return missing;
}

/**
 * The words of a v2 cgroup. The kubelet has made kubepods by then, and so has passed everything on from the root
 * and from every other ancestor of kubepods, which are `cgroupRoot` and what is above it.
 */
function controllersOf(start: Start, path: string, afterKubepods: boolean): string[] | null {
  const own = start.files.text(`${below(V2_ROOT, path)}/cgroup.controllers`);
  if (own === null) return null;
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (afterKubepods && path !== '/' && `${rootPath(start)}/`.startsWith(`${parent}/`))
    return words(start.files.text(`${V2_ROOT}/cgroup.controllers`) ?? '');
  return words(own);
}

/** Where cgroupRoot is, without a last slash: its name is parsed as cgroupfs has it, and printed as the driver has it. */
function rootPath(start: Start): string {
  const found = pathOf(internalName(start.config.cgroupRoot ?? '', false), isSystemd(start));
  return 'path' in found && found.path !== '/' ? found.path : '';
}

/** What the kubelet says of a cgroup that is not as it must be; `gone` is its only word up to 1.24. */
export function lacking(
  start: Start,
  name: readonly string[],
  path: string,
  gone: string,
  afterKubepods: boolean,
): string | null {
  const said = (text: string): string => (start.minor <= 24 ? gone : text);
  if (!isUnified(start.files)) {
    const missing = missingPaths(start, path);
    if (missing.length === 0) return null;
    return said(`cgroup ${quoted(name)} has some missing paths: ${missing.join(', ')}`);
  }
  const have = controllersOf(start, path, afterKubepods);
  if (have === null) {
    const file = `${below(V2_ROOT, path)}/cgroup.controllers`;
    return said(`could not read controllers for cgroup ${quoted(name)}: open ${file}: no such file or directory`);
  }
  const offered = words(start.files.text(`${V2_ROOT}/cgroup.controllers`) ?? '');
  const missing = V2.filter((word) => offered.includes(word) && !have.includes(word));
  if (missing.length === 0) return null;
  return said(`cgroup ${quoted(name)} has some missing controllers: ${missing.join(', ')}`);
}

/** cgroupRoot must be whole before anything is made. */
export function cgroupRoot(start: Start): string | null {
  if (start.config.cgroupsPerQOS === false) return null;
  const name = internalName(start.config.cgroupRoot ?? '', false);
  const found = pathOf(name, isSystemd(start));
  if ('panic' in found) return found.panic;
  // The root itself is always there, and whole.
  if (found.path === '/') return null;
  const text = lacking(start, name, found.path, `cgroup-root ${quoted(name)} doesn't exist`, false);
  return text === null ? null : `invalid configuration: ${text}`;
}

/** v1 alone: four controllers must be among the options of some mount. */
export function unmounted({ files }: Start): string | null {
  if (isUnified(files)) return null;
  const missing: string[] = [];
  for (const controller of ['cpu', 'cpuacct', 'cpuset', 'memory']) {
    if (!v1Mounts(files).some(({ options }) => options.includes(controller))) missing.push(controller);
  }
  if (missing.length === 0) return null;
  return `system validation failed - Following Cgroup subsystem not mounted: [${missing.join(' ')}]`;
}
