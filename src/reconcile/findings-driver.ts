import type { Look } from '../model/look.ts';
import type { Finding } from '../model/report.ts';
import type { RuntimeFacts } from '../model/runtime.ts';

/** A kubelet and a runtime that do not agree on who keeps the cgroups. */
export function driverFindings({ config, desired }: Look): Finding[] {
  const { runtime } = config;
  const ours = desired.driver.value;
  if (runtime === undefined || !config.found || runtime.driver === null || runtime.driver === ours) return [];
  // The kubelet asks, and whether this runtime answers depends on its version: then there is no mismatch.
  const open = runtime.asked && runtime.answers === null;
  return [
    {
      code: 'driver-mismatch',
      severity: open ? 'warning' : 'error',
      subject: 'cgroupDriver',
      message: `the kubelet's cgroup driver is ${ours}, that of ${runtime.runtime} is ${runtime.driver}: ${effectOf(runtime, ours)}${open ? `, unless this ${runtime.runtime} is new enough to tell the kubelet its driver` : ''}`,
      evidence: [desired.driver.source, runtime.evidence],
      remedy: REMEDIES[runtime.runtime],
    },
  ];
}

/** Source: libcontainer's specconv, CRI-O's cgmgr and the dockershim's docker_service.go. */
function effectOf({ runtime, driver }: RuntimeFacts, ours: string): string {
  if (runtime === 'CRI-O') return 'no container can be created';
  if (runtime !== 'containerd') {
    return `it does not start (misconfiguration: kubelet cgroup driver: "${ours}" is different from docker cgroup driver: "${driver}")`;
  }
  return ours === 'systemd'
    ? "without an error, containers land outside the pods' cgroup and escape every limit on it"
    : 'no pod starts (expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups)';
}

const SAME =
  'the same as cgroupDriver of the kubelet; on a host that systemd runs, systemd for both. Then restart both.';

const REMEDIES: Readonly<Record<RuntimeFacts['runtime'], string>> = {
  containerd: `Set SystemdCgroup in the options of the runc handler to ${SAME}`,
  'CRI-O': `Set cgroup_manager in /etc/crio/crio.conf.d to ${SAME}`,
  dockershim: `Set exec-opts native.cgroupdriver in /etc/docker/daemon.json to ${SAME}`,
  'cri-dockerd': `Set exec-opts native.cgroupdriver in /etc/docker/daemon.json to ${SAME}`,
};
