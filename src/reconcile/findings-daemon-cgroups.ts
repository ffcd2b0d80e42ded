import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';

const IN_SYSTEM_SLICE = '/system.slice/kubelet.service';

/** kubeletCgroups and systemCgroups: the kubelet moves processes, past the cgroup driver and past systemd. */
export function daemonCgroupFindings(look: Look): Finding[] {
  return [...outside(look), ...movesItself(look), ...movesOthers(look)];
}

/** The kubelet's own test, of the two texts (server.go, NewKubeletCommand); it only logs it. */
function outside({ config, desired }: Look): Finding[] {
  const { kubeletCgroups, kubeReservedCgroup } = config;
  if (kubeletCgroups.value === '' || kubeReservedCgroup.value === '') return [];
  if (kubeletCgroups.value.startsWith(kubeReservedCgroup.value)) return [];
  const enforced = desired.cgroups.some((cgroup) => cgroup.role === 'kube-reserved' && cgroup.enforced);
  return [
    {
      code: 'kubelet-cgroups-outside',
      severity: enforced ? 'warning' : 'info',
      subject: 'kubeletCgroups',
      message: `kubeletCgroups ${kubeletCgroups.value} does not begin with kubeReservedCgroup ${kubeReservedCgroup.value}: the kubelet calls that unsupported, and what is reserved there is not for itself`,
      evidence: [kubeletCgroups.source, kubeReservedCgroup.source],
      remedy: 'Leave kubeletCgroups out, and put the kubelet into the reserved slice with Slice= in a drop-in.',
    },
  ];
}

/** A service's cgroup is where systemd put it; anything else is a place that systemd does not know of. */
function movesItself({ config: { kubeletCgroups }, host, surroundings }: Look): Finding[] {
  const wanted = kubeletCgroups.value;
  if (host.systemd === null || wanted === '') return [];
  const isElsewhere = surroundings.daemonsInSystemSlice.includes('kubelet.service') && wanted !== IN_SYSTEM_SLICE;
  if (/\.(?:service|scope)$/.test(wanted) && !isElsewhere) return [];
  return [
    {
      code: 'kubelet-cgroups-moves',
      severity: 'warning',
      subject: 'kubeletCgroups',
      message: `the kubelet moves itself to the cgroup ${kubeletCgroups.value}, out of the service in which systemd started it; the path is taken as it is, with either driver`,
      evidence: [kubeletCgroups.source],
      remedy: 'Leave kubeletCgroups out: systemd puts the kubelet where Slice= of its service says.',
    },
  ];
}

/** On v1 the kubelet takes the root of the devices hierarchy for "everything else", where systemd may leave services. */
function movesOthers({ config: { systemCgroups }, host }: Look): Finding[] {
  if (systemCgroups.value === '' || systemCgroups.value === '/' || host.systemd === null) return [];
  return [
    {
      code: 'system-cgroups-moves',
      severity: host.mode === 'unified' ? 'info' : 'warning',
      subject: 'systemCgroups',
      message: `the kubelet moves every process that it finds in the root cgroup to ${systemCgroups.value}, behind systemd's back`,
      evidence: [systemCgroups.source],
      remedy: 'Leave systemCgroups out: where systemd runs, every daemon is in a slice already.',
    },
  ];
}
