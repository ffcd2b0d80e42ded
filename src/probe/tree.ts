import { below, lineage } from '../model/cgroup.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { CgroupFacts, HostFacts, TreeFacts } from '../model/host.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import { words } from './proc.ts';

const LIMIT = 64 * 1024;

/** Looks at each of `paths` and all its ancestors in every hierarchy that matters. */
export function observeTree(reader: HostReader, host: HostFacts, paths: readonly string[]): TreeFacts {
  const tree: Record<string, CgroupFacts> = {};
  for (const hierarchy of demandedHierarchies(host)) {
    const cpuset = hierarchy.controllers.includes('cpuset');
    for (const path of paths) {
      for (const at of lineage(path)) {
        const directory = below(hierarchy.mountpoint, at);
        tree[directory] ??= observe(reader, directory, hierarchy.type, cpuset, at === '/');
      }
    }
  }
  return tree;
}

function observe(
  reader: HostReader,
  directory: string,
  type: 'cgroup' | 'cgroup2',
  cpuset: boolean,
  root: boolean,
): CgroupFacts {
  const kind = reader.kind(directory);
  if (typeof kind !== 'string') {
    const absent = kind.errno === 'ENOENT' || kind.errno === 'ENOTDIR';
    return { kind: absent ? 'absent' : 'unreadable' };
  }
  if (kind !== 'directory') return { kind };
  const line = (file: string): string | null => {
    const found = reader.readText(below(directory, `/${file}`), LIMIT);
    return refused(found) ? null : found.text.trim();
  };
  if (type === 'cgroup') return cpuset ? { kind, cpus: line('cpuset.cpus'), mems: line('cpuset.mems') } : { kind };
  const list = (file: string): string[] | null => {
    const text = line(file);
    return text === null ? null : words(text);
  };
  return {
    kind,
    // What AllowedCPUs= needs to allow everything; only the root's is asked for.
    ...(root ? { cpus: line('cpuset.cpus.effective') } : {}),
    controllers: list('cgroup.controllers'),
    subtreeControl: list('cgroup.subtree_control'),
    type: line('cgroup.type'),
    populated: populated(reader, directory),
  };
}

function populated(reader: HostReader, directory: string): boolean {
  const procs = reader.readText(below(directory, '/cgroup.procs'), LIMIT);
  // A list that is too long for us is certainly not empty.
  return refused(procs) ? procs.errno === 'EFBIG' : procs.text.trim() !== '';
}
