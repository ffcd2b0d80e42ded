import { lineage } from '../model/cgroup.ts';
import type { BootFacts } from '../model/boot.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';

/** Slices that systemd has on every host. */
const ALWAYS_THERE = ['system.slice', 'user.slice'];

/** What will be there at the next boot, when the kubelet looks. */
export function bootFindings({ boot, config, desired, host }: Look): Finding[] {
  if (boot === null || boot.kubelet === null || !config.found) return [];
  const enforced = desired.cgroups.filter((cgroup) => cgroup.enforced);
  if (enforced.length === 0) return [];
  const left = enforced.filter((cgroup) => !isMadeAtBoot(cgroup, boot, host.mode));
  return [...service(boot), ...boot.lateSlices.map(lateSlice), ...unprepared(boot, left)];
}

function service({ service: unit, startPre, kubelet }: BootFacts): Finding[] {
  // What the kubelet's own start runs is done by then, whatever the other unit does.
  if (unit === null || startPre?.runs === 'cgprep') return [];
  const common = { code: 'boot-order', severity: 'warning', subject: 'cgprep.service' } as const;
  const evidence = [unit.file, ...(kubelet === null ? [] : [kubelet])];
  if (unit.wantedBy.length === 0) {
    const message = 'cgprep.service is installed, and nothing starts it';
    return [{ ...common, message, evidence, remedy: 'systemctl enable cgprep.service' }];
  }
  if (unit.order === 'before') return [];
  const message =
    unit.order === 'after'
      ? 'cgprep.service starts after kubelet.service: the kubelet looks for its cgroups before they are made'
      : 'cgprep.service and kubelet.service start side by side: nothing says which comes first';
  const remedy =
    'Put "[Unit] Before=kubelet.service" into cgprep.service, and nothing that orders it after the kubelet.';
  return [{ ...common, message, evidence, remedy }];
}

function lateSlice({ unit, file }: BootFacts['lateSlices'][number]): Finding {
  return {
    code: 'boot-order',
    severity: 'warning',
    subject: unit,
    message: `${unit} starts after kubelet.service, which looks for its cgroup before that`,
    evidence: [file],
    remedy: `Take the ordering after kubelet.service out of ${unit}; Before=slices.target is the usual one.`,
  };
}

/** A top-level slice that is pulled in at boot is all that v2 needs; on v1 systemd leaves cpuset and hugetlb out. */
function isMadeAtBoot({ path, unit }: DesiredCgroup, boot: BootFacts, mode: Look['host']['mode']): boolean {
  if (mode !== 'unified' || unit === null || lineage(path).length > 2) return false;
  return ALWAYS_THERE.includes(unit) || boot.enabledSlices.includes(unit);
}

function unprepared({ service: unit, startPre, kubelet }: BootFacts, left: readonly DesiredCgroup[]): Finding[] {
  if (unit !== null || startPre !== null || left.length === 0) return [];
  const paths = left.map(({ path }) => path).join(' and ');
  return [
    {
      code: 'not-prepared-at-boot',
      severity: 'info',
      subject: paths,
      message: `nothing was found that makes ${paths} before the kubelet starts; a reboot takes ${left.length === 1 ? 'it' : 'them'} away`,
      evidence: kubelet === null ? [] : [kubelet],
      remedy: 'Install cgprep.service and enable it, or run cgprep oneshot as the ExecStartPre= of the kubelet.',
    },
  ];
}
