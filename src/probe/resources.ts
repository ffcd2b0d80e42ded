import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { HugePages, Resources, ResourcesWanted } from '../model/resources.ts';

const LIMIT = 4 * 1024 * 1024;
const HUGE_PAGES = '/sys/kernel/mm/hugepages';
const NUMA_NODES = '/sys/devices/system/node';

/** Looks at what the machine has: half a dozen small files. */
export function observeResources(reader: HostReader, wanted: ResourcesWanted): Resources {
  const text = (path: string): string => {
    const file = reader.readText(path, LIMIT);
    return refused(file) ? '' : file.text;
  };
  return {
    cpus: online(text('/sys/devices/system/cpu/online')) ?? listed(text('/proc/cpuinfo')),
    memoryBytes: memTotal(text('/proc/meminfo')),
    hugePages: hugePages(reader, text),
    swaps: text('/proc/swaps').trim().split('\n'),
    numaNodes: wanted.numaNodes ? numaNodes(reader) : [],
    kernelFlags: Object.fromEntries(
      wanted.kernelFlags
        .map((flag) => [flag, text(`/proc/sys/${flag}`).trim()] as const)
        .filter(([, value]) => /^-?\d+$/.test(value))
        .map(([flag, value]) => [flag, Number(value)]),
    ),
  };
}

/** `0-3,8`: what cAdvisor comes to by counting the online processors below /sys/devices/system (1.20 to 1.36). */
function online(text: string): number | null {
  const ranges = [...text.trim().matchAll(/(?:^|,)(\d+)(?:-(\d+))?/g)];
  if (ranges.length === 0) return null;
  return ranges.reduce((sum, [, first, last]) => sum + Number(last ?? first) - Number(first) + 1, 0);
}

/** Where sysfs is not there cAdvisor counts the processors of /proc/cpuinfo. */
function listed(text: string): number | null {
  return text.match(/^processor\s*:/gm)?.length ?? null;
}

/** proc_meminfo(5): kB are 1024 bytes there. */
function memTotal(text: string): number | null {
  const kilobytes = /^MemTotal:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

function numaNodes(reader: HostReader): number[] {
  const names = reader.list(NUMA_NODES);
  return refused(names) ? [] : names.flatMap((name) => (/^node\d+$/.test(name) ? Number(name.slice(4)) : []));
}

function hugePages(reader: HostReader, text: (path: string) => string): HugePages[] {
  const names = reader.list(HUGE_PAGES);
  if (refused(names)) return [];
  return names.flatMap((name) => {
    const kilobytes = /^hugepages-(\d+)kB$/.exec(name)?.[1];
    if (kilobytes === undefined) return [];
    const pageBytes = Number(kilobytes) * 1024;
    const count = Number(text(`${HUGE_PAGES}/${name}/nr_hugepages`).trim());
    return [{ size: sizeName(pageBytes), pageBytes, count: Number.isSafeInteger(count) ? count : 0 }];
  });
}

/** `64KB`, `2MB`, `1GB`: the kernel's mem_fmt (mm/hugetlb_cgroup.c). */
function sizeName(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 2 ** 30],
    ['MB', 2 ** 20],
  ] as const)
    if (bytes >= size) return `${bytes / size}${unit}`;
  return `${bytes / 1024}KB`;
}
