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
  const { unit } = boot.kubelet;
  return [
    ...service(boot, boot.kubelet),
    ...boot.lateSlices.map((slice) => lateSlice(slice, unit)),
    ...unprepared(boot, boot.kubelet, left),
  ];
}

type Kubelet = NonNullable<BootFacts['kubelet']>;

/** One of cgprep's units that is started in time is enough. */
function service({ services, startPre }: BootFacts, kubelet: Kubelet): Finding[] {
  // What the kubelet's own start runs is done by then, whatever the other unit does.
  if (startPre?.runs === 'cgprep') return [];
  const started = services.filter(({ wantedBy }) => wantedBy.length > 0);
  const [first] = started.length > 0 ? started : services;
  if (first === undefined || started.some(({ order }) => order === 'before')) return [];
  const { unit, file, order } = first;
  const common = { code: 'boot-order', severity: 'warning', subject: unit, evidence: [file, kubelet.file] } as const;
  if (started.length === 0) {
    const message = `${services.map((one) => one.unit).join(' and ')} ${services.length === 1 ? 'is' : 'are'} installed, and nothing starts ${services.length === 1 ? 'it' : 'them'}`;
    // The unit's own [Install] section names kubelet.service.
    const remedy =
      kubelet.unit === 'kubelet.service' ? `systemctl enable ${unit}` : `systemctl add-wants ${kubelet.unit} ${unit}`;
    return [{ ...common, message, remedy }];
  }
  const message =
    order === 'after'
      ? `${unit} starts after ${kubelet.unit}: the kubelet looks for its cgroups before they are made`
      : `${unit} and ${kubelet.unit} start side by side: nothing says which comes first`;
  const remedy = `Put "[Unit] Before=${kubelet.unit}" into ${unit}, and nothing that orders it after the kubelet.`;
  return [{ ...common, message, remedy }];
}

function lateSlice({ unit, file }: BootFacts['lateSlices'][number], kubelet: string): Finding {
  return {
    code: 'boot-order',
    severity: 'warning',
    subject: unit,
    message: `${unit} starts after ${kubelet}, which looks for its cgroup before that`,
    evidence: [file],
    remedy: `Take the ordering after ${kubelet} out of ${unit}; Before=slices.target is the usual one.`,
  };
}

/** A top-level slice that is pulled in at boot is all that v2 needs; on v1 systemd leaves cpuset and hugetlb out. */
function isMadeAtBoot({ path, unit }: DesiredCgroup, boot: BootFacts, mode: Look['host']['mode']): boolean {
  if (mode !== 'unified' || unit === null || lineage(path).length > 2) return false;
  return ALWAYS_THERE.includes(unit) || boot.enabledSlices.includes(unit);
}

function unprepared({ services, startPre }: BootFacts, kubelet: Kubelet, left: readonly DesiredCgroup[]): Finding[] {
  if (services.length > 0 || startPre !== null || left.length === 0) return [];
  const paths = left.map(({ path }) => path).join(' and ');
  return [
    {
      code: 'not-prepared-at-boot',
      severity: 'info',
      subject: paths,
      message: `nothing was found that makes ${paths} before the kubelet starts; a reboot takes ${left.length === 1 ? 'it' : 'them'} away`,
      evidence: [kubelet.file],
      remedy: 'Install cgprep.service and enable it, or run cgprep oneshot as the ExecStartPre= of the kubelet.',
    },
  ];
}
