import { quantity, whole } from './amounts.ts';
import { below, isSystemd } from './existence.ts';
import { isUnified, v1MountPoints } from './host.ts';
import type { Start } from './host.ts';
import { isUnitName } from './names.ts';

/** What one key has the kubelet write to one cgroup. */
interface Limits {
  readonly path: string;
  readonly reserved: Readonly<Record<string, string>>;
  readonly compressible: boolean;
}

/** systemd is asked first, by 1.21 and later, and refuses what is no name of a slice. */
function unitRefused({ files, minor }: Start, { path }: Limits): string | null {
  if (minor === 20 || isUnitName(path)) return null;
  const unit = path === '/' ? '-.scope' : path.slice(path.lastIndexOf('/') + 1);
  const text = `Unit name ${unit} is not valid.`;
  if (path === '/') return '…';
  if (!isUnified(files)) return text;
  return minor <= 24 ? `error while setting unit properties: ${text}` : `unable to set unit properties: ${text}`;
}

/** From 1.32, unless processors are given out one by one, all of them: not possible below an empty cpuset. */
function cpusetRefused({ files, minor, config }: Start, { path }: Limits, filled: Set<string>): string | null {
  const mountpoint = v1MountPoints(files, minor).get('cpuset');
  if (minor < 32 || mountpoint === undefined || config.cpuManagerPolicy === 'static') return null;
  const parent = below(mountpoint, path.slice(0, path.lastIndexOf('/')) || '/');
  const text = files.text(`${parent}/cpuset.cpus`);
  if (text !== null && text.trim() === '' && !filled.has(parent))
    return `failed to write …: write ${below(mountpoint, path)}/cpuset.cpus: permission denied`;
  filled.add(below(mountpoint, path));
  return null;
}

function memoryRefused({ files, minor }: Start, { path, reserved, compressible }: Limits): string | null {
  const directory = below(v1MountPoints(files, minor).get('memory') ?? '', path);
  const limit = whole(quantity(reserved['memory'] ?? '0') ?? 0);
  const usage = (files.text(`${directory}/memory.usage_in_bytes`) ?? '0').trim();
  if (compressible || limit === 0 || Number(usage) <= limit) return null;
  if (minor === 20) return '…device or resource busy';
  const peak = (files.text(`${directory}/memory.max_usage_in_bytes`) ?? '0').trim();
  return `unable to set memory limit to ${limit} (current usage: ${usage}, peak usage: ${peak})`;
}

/** Every size of huge page gets the limit 0, which cannot be while some are in use. */
function hugePagesRefused({ files, minor }: Start, { path }: Limits): string | null {
  const unified = isUnified(files);
  const directory = unified
    ? below('/sys/fs/cgroup', path)
    : below(v1MountPoints(files, minor).get('hugetlb') ?? '', path);
  for (const name of files.names('/sys/kernel/mm/hugepages')) {
    const kilobytes = Number(/^hugepages-([0-9]+)kB$/.exec(name)?.[1] ?? 0);
    let size = `${kilobytes}KB`;
    if (kilobytes >= 1024) size = `${kilobytes / 1024}MB`;
    if (kilobytes >= 1024 ** 2) size = `${kilobytes / 1024 ** 2}GB`;
    const file = `${directory}/hugetlb.${size}.${unified ? 'current' : 'usage_in_bytes'}`;
    if (Number(files.text(file) ?? 0) > 0) return '…device or resource busy';
  }
  return null;
}

/**
 * The first write that fails, in the kubelet's order.
 * @param filled the cpusets that this start has filled so far; grows
 */
export function refusedWrite(start: Start, limits: Limits, filled: Set<string>): string | null {
  if (isSystemd(start)) {
    const text = unitRefused(start, limits);
    if (text !== null) return text;
  }
  if (limits.path === '/') return '…';
  if (isUnified(start.files)) return hugePagesRefused(start, limits);
  const points = v1MountPoints(start.files, start.minor);
  if (start.minor === 20 && !points.has('pids')) return '…failed to find subsystem mount for required subsystem: pids';
  return cpusetRefused(start, limits, filled) ?? memoryRefused(start, limits) ?? hugePagesRefused(start, limits);
}
