import type { Look } from '../model/look.ts';
import type { Finding } from '../model/report.ts';
import type { RuntimeFacts } from '../model/runtime.ts';

/** What is to be said of the runtime and its cgroup driver. */
export function driverFindings(look: Look): Finding[] {
  return [...mismatch(look), ...unknownDriver(look), ...noAnswer(look)];
}

/** A kubelet that asks does not start; one that does not ask minds nothing. */
function unknownDriver({ verdict, config: { runtimeAnswer } }: Look): Finding[] {
  if (verdict.rule !== 'runtime-driver-unknown' || runtimeAnswer === undefined) return [];
  return [
    {
      code: 'runtime-driver-unknown',
      severity: 'error',
      subject: 'cgroupDriver',
      message: verdict.message ?? '',
      evidence: [runtimeAnswer.socket],
      remedy: 'Bring the runtime to a release that fits this kubelet, then restart it.',
    },
  ];
}

/** The files stand in for a runtime that cannot be asked; of a kubelet that asks, it is the start that depends on it. */
function noAnswer({ config: { runtimeAnswer } }: Look): Finding[] {
  if (runtimeAnswer === undefined) return [];
  const { config, socket, asked } = runtimeAnswer;
  if (config.kind !== 'failed' && config.kind !== 'not-allowed') return [];
  const allowed = config.kind === 'failed';
  return [
    {
      code: 'runtime-silent',
      severity: allowed && asked ? 'warning' : 'info',
      subject: socket,
      message: allowed
        ? `the container runtime was asked for its cgroup driver and did not tell it (${config.why}), so its files count${asked ? '; this kubelet asks too, and does not start without an answer' : ''}`
        : 'this user may not ask the container runtime for its cgroup driver, so its files count',
      evidence: [socket],
      remedy: allowed
        ? 'See that the runtime runs, and that this is its socket (containerRuntimeEndpoint).'
        : 'Run cgprep audit as root, or leave it at what the files say.',
    },
  ];
}

/** A kubelet and a runtime that do not agree on who keeps the cgroups. */
function mismatch({ config, desired }: Look): Finding[] {
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
