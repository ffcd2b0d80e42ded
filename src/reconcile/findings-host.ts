import type { HostFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';

/** What the kubelet cannot do without (v1: validateSystemRequirements; v2: a memory limit without a controller is none). */
const NEEDED_ON_V1 = ['cpu', 'cpuacct', 'cpuset', 'memory'];
const IMPORTANT = [...NEEDED_ON_V1, 'pids'];

export function hostFindings({ config, host, desired, verdict }: Look): Finding[] {
  if (host.mode === 'unavailable') return [noCgroups(host)];
  return [
    ...disabledControllers(host),
    ...driverWithoutSystemd(host, desired.driver.value),
    ...cgroupV1(host, config, verdict.rule),
  ];
}

function noCgroups(host: HostFacts): Finding {
  return {
    code: 'no-cgroups',
    severity: 'error',
    subject: '/sys/fs/cgroup',
    message: 'no cgroup filesystem is mounted that the kubelet would use',
    evidence: [host.mountinfo],
    remedy:
      'Let the init system mount cgroup2 on /sys/fs/cgroup. In a container, mount the host root and point --root at it.',
  };
}

function disabledControllers(host: HostFacts): Finding[] {
  return host.kernelControllers
    .filter((controller) => !controller.enabled && IMPORTANT.includes(controller.name))
    .map(({ name }) => ({
      code: 'controller-disabled',
      severity: host.mode !== 'unified' && NEEDED_ON_V1.includes(name) ? 'error' : 'warning',
      subject: name,
      message: `the ${name} controller is switched off in the kernel, so no ${name} limit can be enforced`,
      evidence: [
        '/proc/cgroups',
        ...host.bootWords.filter((word) => word.startsWith('cgroup_disable=')).map((word) => `/proc/cmdline: ${word}`),
      ],
      remedy:
        name === 'memory'
          ? 'Boot with cgroup_enable=memory (on a Raspberry Pi in /boot/firmware/cmdline.txt), and without cgroup_disable=memory.'
          : `Boot without cgroup_disable=${name}.`,
    }));
}

function driverWithoutSystemd(host: HostFacts, driver: string): Finding[] {
  if (driver !== 'systemd' || host.systemd !== null) return [];
  return [
    {
      code: 'driver-without-systemd',
      severity: 'error',
      subject: 'cgroupDriver',
      message: 'the cgroup driver is systemd, but systemd is not PID 1 here, so the kubelet cannot use it',
      evidence: ['/run/systemd/system is not there'],
      remedy: 'Set cgroupDriver: cgroupfs for the kubelet and the same for the container runtime.',
    },
  ];
}

function cgroupV1(host: HostFacts, config: KubeletConfig, rule: string | null): Finding[] {
  if (host.mode === 'unified') return [];
  const refused = rule === 'fail-cgroup-v1';
  const unknown =
    config.found && config.version.source.startsWith('assumed') && config.failCgroupV1.source === 'kubelet default';
  return [
    {
      code: refused ? 'cgroup-v1-refused' : 'cgroup-v1',
      severity: refused ? 'error' : unknown ? 'warning' : 'info',
      subject: host.mode,
      message: refused
        ? 'this kubelet refuses to run on cgroup v1 unless failCgroupV1 is false'
        : 'this host runs cgroup v1, which kubelet 1.35 and newer refuse by default and systemd 258 no longer has',
      evidence: [host.mountinfo],
      remedy: refused
        ? 'Boot with cgroup v2 (systemd.unified_cgroup_hierarchy=1), or set failCgroupV1: false in the kubelet configuration for now.'
        : 'Plan the move to cgroup v2 (systemd.unified_cgroup_hierarchy=1).',
    },
  ];
}
