import type { CgroupDriver } from '../model/cgroup.ts';

/** What the kubelet makes of a configured cgroup name; `panic` is the text with which its process dies of it. */
export type Translation =
  | {
      /** The kubelet's internal name, as its errors print it: `["kube", "reserved"]`. */
      readonly components: readonly string[];
      /** Below each mount point: `/kube.slice/kube-reserved.slice`; a leading `..` survives, as in the kubelet. */
      readonly path: string;
      /** `kube-reserved.slice`; null with the cgroupfs driver and for the root cgroup. */
      readonly unit: string | null;
      /** `kube.slice`, or `-.slice` at the top level; null where `unit` is. */
      readonly parentUnit: string | null;
    }
  | { readonly panic: string };

const SLICE = '.slice';

/**
 * Translates `kubeReservedCgroup` or `systemReservedCgroup` as the kubelet does.
 * Never throws: a name of which the kubelet panics is a value too.
 * Source: kubelet 1.20 to 1.36, cgroup_manager_linux.go (ParseSystemdToCgroupName, ToSystemd,
 * ParseCgroupfsToCgroupName, ToCgroupfs), the same in every release.
 * @param name as configured: `/kube.slice`, `kube-reserved`
 */
export function translate(name: string, driver: CgroupDriver): Translation {
  return driver === 'systemd' ? translateSystemd(name) : translateCgroupfs(name);
}

function translateCgroupfs(name: string): Translation {
  const rest = name.startsWith('/') ? name.slice(1) : name;
  const components = rest === '' ? [] : rest.split('/');
  return { components, path: `/${joinPath(components)}`, unit: null, parentUnit: null };
}

function translateSystemd(name: string): Translation {
  const base = lastElement(name);
  const stem = base.endsWith(SLICE) ? base.slice(0, -SLICE.length) : base;
  return inSystemd(stem.split('-').map((part) => part.replaceAll('_', '-')));
}

/**
 * Translates `cgroupRoot`, which is read by the cgroupfs rule whatever the driver, and then spelled by the driver's:
 * with systemd `/pods.slice` is `/pods.slice.slice`.
 * Source: kubelet 1.20 to 1.36, container_manager_linux.go, NewContainerManager.
 */
export function translateRoot(name: string, driver: CgroupDriver): Translation {
  const literal = translateCgroupfs(name);
  return driver === 'cgroupfs' || 'panic' in literal ? literal : inSystemd(literal.components);
}

function inSystemd(components: readonly string[]): Translation {
  if (components.length === 0) return { components, path: '/', unit: null, parentUnit: null };
  const path = components.length === 1 && components[0] === '' ? '/' : expand(components);
  if (path === null) {
    const invalid = unitOf(components);
    // Go's %v of a list: its elements with a space between them, in brackets of its own.
    return {
      panic: `error converting cgroup name [[${components.join(' ')}]] to systemd format: invalid slice name: ${invalid}`,
    };
  }
  if (path === '/') return { components, path, unit: null, parentUnit: null };
  const elements = path.split('/');
  return { components, path, unit: elements.at(-1) ?? null, parentUnit: elements.at(-2) || '-.slice' };
}

function unitOf(components: readonly string[]): string {
  return components.map((part) => part.replaceAll('-', '_')).join('-') + SLICE;
}

function expand(components: readonly string[]): string | null {
  return systemdPath(unitOf(components));
}

/**
 * Where systemd nests a slice: `a-b-c.slice` → `/a.slice/a-b.slice/a-b-c.slice`, `-.slice` → `/`.
 * null for what is no slice name: another suffix, a slash, an empty word between the dashes.
 * Neither the characters nor the length are looked at: see systemdAcceptsUnitName.
 * Source: libcontainer's systemd/common.go, ExpandSlice.
 */
export function systemdPath(unit: string): string | null {
  if (!unit.endsWith(SLICE) || unit.length <= SLICE.length || unit.includes('/')) return null;
  if (unit === '-.slice') return '/';
  let path = '';
  let prefix = '';
  for (const word of unit.slice(0, -SLICE.length).split('-')) {
    if (word === '') return null;
    path += `/${prefix}${word}${SLICE}`;
    prefix += `${word}-`;
  }
  return path;
}

/**
 * Is this path exactly where systemd puts the slice named by its last element?
 * `/a.slice/a-b.slice` is; `/a.slice/b.slice` is not, nor is `/cpu.slice`, which systemd puts in `/_cpu.slice`.
 */
export function isSlicePath(path: string): boolean {
  const unit = path.slice(path.lastIndexOf('/') + 1);
  if (!systemdAcceptsUnitName(unit) || systemdPath(unit) !== path) return false;
  return !path.split('/').some(systemdEscapesDirectory);
}

/**
 * Would systemd load a slice of this name: its characters, its length (bytes, suffix included), its dashes.
 * Source: systemd 252, unit-name.c; slices may not be templates, so `@` is out.
 */
export function systemdAcceptsUnitName(unit: string): boolean {
  return unit.length < 256 && /^[A-Za-z0-9:\-_.\\]+$/.test(unit) && systemdPath(unit) !== null;
}

/**
 * Does systemd put this unit's cgroup in a directory with a `_` before the name, where the kubelet never looks?
 * Source: systemd, cgroup-util.c, cg_needs_escape.
 */
export function systemdEscapesDirectory(unit: string): boolean {
  return (
    /^[_.]|^cgroup\.|^(?:notify_on_release|release_agent|tasks)$/.test(unit) ||
    /^(?:cpu|cpuacct|cpuset|io|blkio|memory|devices|pids)\./.test(unit) ||
    /^bpf-(?:firewall|devices|foreign|socket-bind|restrict-network-interfaces)\./.test(unit)
  );
}

/** Go's path.Base: `/a/b/` → `b`, `` → `.`, `//` → `/`. */
function lastElement(name: string): string {
  if (name === '') return '.';
  const trimmed = name.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** Go's path.Join of relative elements: empty and `.` vanish, `..` takes back one element, a leading `..` stays. */
function joinPath(components: readonly string[]): string {
  const kept: string[] = [];
  for (const part of components) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  // Clean never yields an empty path from elements that were there: it says `.` instead.
  return kept.length === 0 && components.some((part) => part !== '') ? '.' : kept.join('/');
}
