import type { DesiredCgroup } from '../model/desired.ts';
import type { Look } from '../model/look.ts';
import type { Finding } from '../model/report.ts';
import type { CgroupLimits, CgroupUsage } from '../model/usage.ts';

const MIB = 2 ** 20;
const PAGE = 4096;
/** Less than that is soon used up by one more daemon, or by a restart of one. */
const LEAST_HEADROOM = 128 * MIB;
const COMPRESSIBLE_SINCE = 32;

/** What would be written, against what is in use now and was at most. */
export function usageFindings(look: Look): Finding[] {
  return look.desired.cgroups.flatMap((cgroup) => {
    const limits = look.limits[cgroup.path];
    const usage = look.usage[cgroup.path];
    if (limits === undefined || usage === undefined) return [];
    return [
      ...memory(look, cgroup, limits, usage),
      ...processes(look, cgroup, limits, usage),
      ...hugePages(look, cgroup, limits, usage),
    ];
  });
}

function memory(
  look: Look,
  cgroup: DesiredCgroup,
  { memoryBytes: limit }: CgroupLimits,
  usage: CgroupUsage,
): Finding[] {
  const used = usage.memory;
  if (limit === null || used === null) return [];
  const working = used.workingSetBytes ?? used.usedBytes;
  const common = {
    subject: cgroup.path,
    evidence: [used.file, reservedAt(look, cgroup)],
    remedy: advice(look, cgroup, usage),
  };
  const reserved = `${mebibytes(limit)} are reserved for ${cgroup.path}`;
  if (used.floorBytes > limit - (limit % PAGE)) {
    const effect =
      look.host.mode === 'unified'
        ? 'the kubelet writes that limit all the same, and the kernel kills processes in there until the rest fits'
        : 'the kernel refuses that limit, and the kubelet does not start';
    const message = `${reserved}, and ${mebibytes(used.floorBytes)} in there cannot be taken back: ${effect}`;
    return [{ code: 'limit-below-usage', severity: 'error', message, ...common }];
  }
  const headroom = limit - working;
  const near = headroom <= 0 || (working > limit / 2 && headroom < Math.max(LEAST_HEADROOM, limit * 0.15));
  if (!near) return [];
  const message = `${reserved}, and ${mebibytes(working)} are in use: ${headroom <= 0 ? 'nothing is left' : `only ${mebibytes(headroom)} are left`} before the kernel kills in there`;
  return [{ code: 'limit-near-usage', severity: 'warning', message, ...common }];
}

function processes(look: Look, cgroup: DesiredCgroup, { pids: limit }: CgroupLimits, { pids }: CgroupUsage): Finding[] {
  if (limit === null || pids === null || pids.used < limit) return [];
  return [
    {
      code: 'pids-below-usage',
      severity: 'error',
      subject: cgroup.path,
      message: `${limit} processes and threads are reserved for ${cgroup.path}, and ${pids.used} run there: none can start another (EAGAIN)`,
      evidence: ['pids.current', reservedAt(look, cgroup)],
      remedy: `Reserve at least pid: ${Math.ceil((Math.max(pids.used, pids.peak ?? 0) * 1.5) / 100) * 100}, or no pid at all.`,
    },
  ];
}

function hugePages(
  look: Look,
  cgroup: DesiredCgroup,
  { hugePagesForbidden }: CgroupLimits,
  usage: CgroupUsage,
): Finding[] {
  const inUse = usage.hugePages.filter(({ size }) => hugePagesForbidden.includes(size));
  const setAside = look.resources.hugePages.filter(({ size, count }) => count > 0 && hugePagesForbidden.includes(size));
  if (inUse.length === 0 && setAside.length === 0) return [];
  const used = inUse.map(({ size, usedBytes }) => `${mebibytes(usedBytes)} in pages of ${size}`).join(', ');
  return [
    {
      code: 'hugetlb-zeroed',
      severity: inUse.length > 0 ? 'error' : 'info',
      subject: cgroup.path,
      message:
        inUse.length > 0
          ? `${used} are in use in ${cgroup.path}, and the kubelet forbids huge pages there: the kernel refuses that limit, and the kubelet does not start`
          : `this machine has huge pages, and the kubelet forbids them in ${cgroup.path}: what asks for one there later fails`,
      evidence: [...inUse.map(({ file }) => file), '/sys/kernel/mm/hugepages'],
      remedy: `Run what uses huge pages outside ${cgroup.path}, in a slice of its own or in a pod; no kubelet can reserve them.`,
    },
  ];
}

/** cgprep changes no reservation: it can only say what would hold. */
function advice({ config }: Look, { role }: DesiredCgroup, { memory: used }: CgroupUsage): string {
  const most = Math.max(used?.peakBytes ?? 0, used?.usedBytes ?? 0);
  const figure = Math.ceil((most * 1.25) / (64 * MIB)) * 64;
  const other =
    config.version.value.minor >= COMPRESSIBLE_SINCE
      ? `Enforce ${role}-compressible, which limits no memory`
      : `Do not enforce ${role}`;
  return `${other}; or reserve at least memory: ${figure}Mi, a quarter more than the most there was.`;
}

function reservedAt({ config }: Look, { role }: DesiredCgroup): string {
  return (role === 'kube-reserved' ? config.kubeReserved : config.systemReserved).source;
}

function mebibytes(bytes: number): string {
  return bytes < MIB ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil(bytes / MIB)} MiB`;
}
