import { below } from '../model/cgroup.ts';
import type { HostFacts } from '../model/host.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { CgroupLimits } from '../model/usage.ts';
import type { LimitFact } from '../model/watch.ts';

/** The kernel rounds a limit down to whole pages (mm/page_counter.c). */
const PAGE = 4096;
const LIMIT = 4096;

/** The files that the kubelet writes in one reserved cgroup, against what it would write. */
export function observeLimits(reader: HostReader, host: HostFacts, path: string, limits: CgroupLimits): LimitFact[] {
  const v2 = host.mode === 'unified';
  const memory = limits.memoryBytes === null ? null : Math.floor(limits.memoryBytes / PAGE) * PAGE;
  const files = [
    ['memory', v2 ? 'memory.max' : 'memory.limit_in_bytes', memory],
    ['cpu', v2 ? 'cpu.weight' : 'cpu.shares', v2 ? limits.cpuWeight : limits.cpuShares],
    ['pids', 'pids.max', limits.pids],
  ] as const;
  return files.flatMap(([controller, name, wanted]) => {
    const hierarchy = host.hierarchies.find(
      ({ type, controllers }) => type === (v2 ? 'cgroup2' : 'cgroup') && controllers.includes(controller),
    );
    if (wanted === null || hierarchy === undefined) return [];
    const file = `${below(hierarchy.mountpoint, path)}/${name}`;
    const found = reader.readText(file, LIMIT);
    return refused(found) ? [] : [{ file, wanted: String(wanted), found: found.text.trim() }];
  });
}
