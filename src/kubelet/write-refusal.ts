import type { DesiredCgroup } from '../model/desired.ts';
import { goQuote } from './go-quote.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { rulesFor } from './versions.ts';
import type { KubeletRules } from './rules.ts';

/** The kernel rounds a limit down to whole pages (mm/page_counter.c). */
const PAGE = 4096;

/**
 * The writes that the kernel refuses with EBUSY because more is in use than is allowed: on v1 memory that cannot
 * be reclaimed (mm/memcontrol-v1.c), in both modes huge pages, whose limit of every size is 0 (mm/hugetlb_cgroup.c).
 * In the order of libcontainer's fs/fs.go; v2 takes a memory limit below use, and kills.
 */
export function writeRefusal(one: Case, cgroup: DesiredCgroup): KubeletRefusal | null {
  const unmounted = pidsUnmounted(one, cgroup);
  if (unmounted !== null) return unmounted;
  const usage = one.usage[cgroup.path];
  const limits = one.limits[cgroup.path];
  if (usage === undefined || limits === undefined) return null;
  const rules = rulesFor(one.config.version.value);
  const { memory, hugePages } = usage;
  const limit = limits.memoryBytes;
  if (one.host.mode !== 'unified' && memory !== null && limit !== null && isBelow(limit, memory.floorBytes)) {
    const file = memory.file.replace('usage_in_bytes', 'limit_in_bytes');
    const peak = memory.peakBytes ?? memory.usedBytes;
    const message = rules.memoryUsageTold
      ? `unable to set memory limit to ${limit} (current usage: ${memory.usedBytes}, peak usage: ${peak})`
      : refusedWrite(cgroup, String(limit), file, rules);
    return { rule: 'memory-in-use', message };
  }
  const huge = hugePages[0];
  if (huge === undefined) return null;
  const file = huge.file.replace(/usage_in_bytes$/, 'limit_in_bytes').replace(/current$/, 'max');
  return { rule: 'huge-pages-in-use', message: refusedWrite(cgroup, '0', file, rules) };
}

/** setSupportedSubsystemsV1 of 1.20 demands pids, which nothing before it asks for; libcontainer does not. */
function pidsUnmounted({ config, host }: Case, cgroup: DesiredCgroup): KubeletRefusal | null {
  if (rulesFor(config.version.value).memoryUsageTold || host.mode === 'unified') return null;
  if (host.hierarchies.some(({ type, controllers }) => type === 'cgroup' && controllers.includes('pids'))) return null;
  const text = 'failed to find subsystem mount for required subsystem: pids';
  return { rule: 'subsystems', message: `${inOwnWriter(cgroup)}${text}` };
}

function inOwnWriter({ components }: DesiredCgroup): string {
  return `failed to set supported cgroup subsystems for cgroup [${components.join(' ')}]: `;
}

/** Would a limit leave less than cannot be taken back. */
function isBelow(limit: number, floor: number): boolean {
  return floor > Math.floor(limit / PAGE) * PAGE;
}

/** The kubelet's own writer of 1.20 names what it does (setSupportedSubsystemsV1); libcontainer's only the write. */
function refusedWrite(cgroup: DesiredCgroup, data: string, file: string, rules: KubeletRules): string {
  const write = `write ${file}: device or resource busy`;
  if (rules.memoryUsageTold) return `failed to write ${goQuote(data)}: ${write}`;
  return `${inOwnWriter(cgroup)}failed to set config for supported subsystems : failed to write ${goQuote(data)} to ${goQuote(file)}: ${write}`;
}
