import { below } from '../model/cgroup.ts';
import type { HostFacts } from '../model/host.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { Resources } from '../model/resources.ts';
import type { CgroupUsage, MemoryUsage } from '../model/usage.ts';

const LIMIT = 64 * 1024;

type Read = (file: string) => string | null;

/** How closely to look at what is in use. */
export interface Closeness {
  /** Are processes counted, of which only an audit tells. */
  readonly pids: boolean;
  /** Memory is looked at in detail where more bytes than so many are in use. */
  readonly memoryAbove: number;
}

/** What is in use in one cgroup. */
export function observeUsage(
  reader: HostReader,
  host: HostFacts,
  path: string,
  { hugePages, swaps }: Resources,
  closeness: Closeness,
): CgroupUsage {
  const v2 = host.mode === 'unified';
  const directoryOf = (controller: string): string | null => {
    const hierarchy = host.hierarchies.find(
      ({ type, controllers }) => type === (v2 ? 'cgroup2' : 'cgroup') && controllers.includes(controller),
    );
    return hierarchy === undefined ? null : below(hierarchy.mountpoint, path);
  };
  const read = (directory: string, file: string): string | null => {
    const found = reader.readText(`${directory}/${file}`, LIMIT);
    return refused(found) ? null : found.text.trim();
  };
  const within = <T>(controller: string, look: (directory: string) => T, nothing: T): T => {
    const directory = directoryOf(controller);
    return directory === null ? nothing : look(directory);
  };
  return {
    memory: within(
      'memory',
      (at) => memoryUsage(at, (file) => read(at, file), v2, swaps.length > 1, closeness.memoryAbove),
      null,
    ),
    pids: closeness.pids ? within('pids', (at) => pidsUsage((file) => read(at, file)), null) : null,
    hugePages: within(
      'hugetlb',
      (at) =>
        hugePages.flatMap(({ size }) => {
          const file = `hugetlb.${size}.${v2 ? 'current' : 'usage_in_bytes'}`;
          const usedBytes = number(read(at, file)) ?? 0;
          return usedBytes > 0 ? [{ size, usedBytes, file: `${at}/${file}` }] : [];
        }),
      [],
    ),
  };
}

/** cgroup-v1/memory.rst, cgroup-v2.rst: the counters of a cgroup and everything below it. */
function memoryUsage(directory: string, read: Read, v2: boolean, swap: boolean, above: number): MemoryUsage | null {
  const file = v2 ? 'memory.current' : 'memory.usage_in_bytes';
  const usedBytes = number(read(file));
  if (usedBytes === null) return null;
  const at = `${directory}/${file}`;
  if (usedBytes <= above) return { file: at, usedBytes, peakBytes: null, floorBytes: usedBytes, workingSetBytes: null };
  const stat = statOf(read('memory.stat') ?? '', v2 ? '' : 'total_');
  const inactiveFile = stat('inactive_file');
  // File pages go first; other pages only where there is swap to put them. The slabs' share v1 does not tell.
  const lists = swap ? ['active_anon', 'inactive_anon'] : [];
  const reclaimable = ['active_file', 'inactive_file', 'slab_reclaimable', ...lists].reduce(
    (sum, key) => sum + (stat(key) ?? 0),
    0,
  );
  return {
    file: at,
    usedBytes,
    peakBytes: number(read(v2 ? 'memory.peak' : 'memory.max_usage_in_bytes')),
    floorBytes: Math.max(0, usedBytes - reclaimable),
    workingSetBytes: inactiveFile === null ? null : Math.max(0, usedBytes - inactiveFile),
  };
}

function pidsUsage(read: Read): CgroupUsage['pids'] {
  const used = number(read('pids.current'));
  return used === null ? null : { used, peak: number(read('pids.peak')) };
}

function statOf(text: string, prefix: string): (key: string) => number | null {
  const values = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  return (key) => number(values.get(prefix + key) ?? null);
}

function number(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
