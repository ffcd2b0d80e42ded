import { below, lineage } from '../model/cgroup.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { Look } from '../model/look.ts';

/** Directories to watch, and which names in them matter; null: all. */
export type Triggers = ReadonlyMap<string, ReadonlySet<string> | null>;

const CGROUP_MOUNTS = '/sys/fs/cgroup';
const IN_EACH = ['cgroup.subtree_control', 'cpuset.cpus', 'cpuset.mems'];
const LIMITS = ['memory.max', 'memory.limit_in_bytes', 'cpu.weight', 'cpu.shares', 'pids.max'];

/**
 * Where a change would matter: the parents of each cgroup wanted, where it is made and removed; the cgroups
 * themselves, for their files; where mounts of hierarchies appear; and all that the kubelet's configuration was read
 * from or looked for in. cgroupfs tells of mkdir, rmdir and write(2), and not of what the kernel changes by itself, nor
 * of the removal of the watched directory: the parent tells that.
 * @param read every path by which the configuration was read or looked for
 */
export function triggersOf(look: Look | null, read: readonly string[]): Triggers {
  const triggers = new Map<string, Set<string> | null>();
  const add = (directory: string, names: readonly string[]): void => {
    const known = triggers.get(directory);
    if (known === null) return;
    triggers.set(directory, new Set([...(known ?? []), ...names]));
  };
  for (const { mountpoint } of look === null ? [] : demandedHierarchies(look.host)) {
    for (const { path } of look?.desired.cgroups ?? []) {
      const chain = lineage(path);
      for (const [at, above] of chain.entries()) {
        const child = chain[at + 1];
        const directory = below(mountpoint, above);
        if (child === undefined) add(directory, LIMITS);
        else add(directory, [child.slice(child.lastIndexOf('/') + 1)]);
        add(directory, IN_EACH);
      }
    }
  }
  for (const path of read) {
    const cut = path.lastIndexOf('/');
    if (path.startsWith('/proc/') || path.startsWith('/sys/') || cut === -1) continue;
    add(path.slice(0, cut) || '/', [path.slice(cut + 1)]);
    // A drop-in directory tells of files in it; of what is no directory the watch is simply not there.
    triggers.set(path, null);
  }
  if (look?.host.mode !== 'unified') triggers.set(CGROUP_MOUNTS, null);
  return triggers;
}

/** Does a change of this name in this directory matter. */
export function matters(triggers: Triggers, directory: string, name: string | null): boolean {
  const names = triggers.get(directory);
  return name === null || names === null || names?.has(name) === true;
}
