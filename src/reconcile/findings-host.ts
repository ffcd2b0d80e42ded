import type { HostFacts, TreeFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';

/** What the kubelet cannot do without (v1: validateSystemRequirements; v2: a memory limit without a controller is none). */
const NEEDED_ON_V1 = ['cpu', 'cpuacct', 'cpuset', 'memory'];
const IMPORTANT = [...NEEDED_ON_V1, 'pids'];

export function hostFindings({ config, host, desired, tree }: Look): Finding[] {
  if (host.mode === 'unavailable') return [noCgroups(host)];
  return [
    ...disabledControllers(host),
    ...notBuiltIn(host, tree),
    ...driverWithoutSystemd(host, desired.driver.value),
    ...cgroupV1(host, config),
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
  return IMPORTANT.filter((name) => isDisabled(host, name)).map((name) => ({
    code: 'controller-disabled',
    severity: host.mode !== 'unified' && NEEDED_ON_V1.includes(name) ? 'error' : 'warning',
    subject: name,
    message: `the ${name} controller is switched off in the kernel, so no ${name} limit can be enforced`,
    evidence: [
      '/proc/cgroups',
      ...host.bootWords.filter((word) => word.startsWith('cgroup_disable=')).map((word) => `/proc/cmdline: ${word}`),
    ],
    remedy: name === 'memory' ? memoryRemedy(host.bootWords) : `Boot without cgroup_disable=${name}.`,
  }));
}

/** As /proc/cgroups has it; where it has no line for a controller of v2 alone, as the boot words have it. */
function isDisabled({ kernelControllers, hierarchies, bootWords }: HostFacts, name: string): boolean {
  const line = kernelControllers.find((controller) => controller.name === name);
  if (line !== undefined) return !line.enabled;
  if (hierarchies.some(({ controllers }) => controllers.includes(name))) return false;
  return bootWords.some((word) => word.startsWith('cgroup_disable=') && word.slice(15).split(',').includes(name));
}

/** The Raspberry Pi's firmware puts cgroup_disable=memory before the words of cmdline.txt, which take it back. */
function memoryRemedy(bootWords: readonly string[]): string {
  // Kernels of the Raspberry Pi before 6.1 know only the second.
  const missing = ['cgroup_enable=memory', 'cgroup_memory=1'].filter((word) => !bootWords.includes(word));
  if (missing.length === 0) return 'Boot without cgroup_disable=memory; the words that should take it back are there.';
  return `Boot with ${missing.join(' ')} (on a Raspberry Pi in /boot/firmware/cmdline.txt), and without cgroup_disable=memory.`;
}

/** Newer kernels list in /proc/cgroups only what v1 can have, so a controller that v2's root offers is there too. */
function notBuiltIn(host: HostFacts, tree: TreeFacts): Finding[] {
  const { mode, kernelControllers, hierarchies } = host;
  const there = [
    ...kernelControllers.map(({ name }) => name),
    ...hierarchies.flatMap(({ controllers }) => controllers),
  ];
  // A container's root offers only what its own cgroup has; without /proc/cgroups nothing is known of the rest.
  const isPart = hierarchies.some(({ mountpoint }) => typeof tree[mountpoint]?.type === 'string');
  if (kernelControllers.length === 0 || isPart) return [];
  const wanted = [...IMPORTANT, 'hugetlb'].filter((name) => name !== 'cpuacct' || mode !== 'unified');
  return wanted
    .filter((name) => !there.includes(name) && !isDisabled(host, name))
    .map((name) => {
      const fatal = mode !== 'unified' && NEEDED_ON_V1.includes(name);
      return {
        code: 'controller-not-built-in',
        severity: fatal ? 'error' : name === 'hugetlb' ? 'info' : 'warning',
        subject: name,
        message: `this kernel has no ${name} controller${fatal ? ', without which the kubelet does not start' : `: the kubelet does not ask for it, and no ${name} limit can be enforced`}`,
        evidence: ['/proc/cgroups'],
        remedy:
          name === 'hugetlb'
            ? 'Nothing, unless pods use huge pages: then a kernel with CONFIG_CGROUP_HUGETLB.'
            : `Use a kernel that has it (${CONFIG[name] ?? 'CONFIG_CGROUPS'}).`,
      };
    });
}

/** init/Kconfig of the kernel. */
const CONFIG: Readonly<Record<string, string>> = {
  cpu: 'CONFIG_CGROUP_SCHED',
  cpuacct: 'CONFIG_CGROUP_CPUACCT',
  cpuset: 'CONFIG_CPUSETS',
  memory: 'CONFIG_MEMCG',
  pids: 'CONFIG_CGROUP_PIDS',
};

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

function cgroupV1(host: HostFacts, config: KubeletConfig): Finding[] {
  if (host.mode === 'unified') return [];
  // Releases that do not know the field have it false.
  const refused = config.failCgroupV1.value;
  const unknown =
    config.found && config.version.source.startsWith('assumed') && config.failCgroupV1.source === 'kubelet default';
  return [
    {
      code: refused ? 'cgroup-v1-refused' : 'cgroup-v1',
      severity: refused ? 'error' : unknown ? 'warning' : 'info',
      subject: host.mode,
      message: refused
        ? 'this kubelet refuses to run on cgroup v1 unless failCgroupV1 is false'
        : `this host runs cgroup v1: ${endForKubelet(config)}; ${endForSystemd(host)}`,
      evidence: [host.mountinfo, ...(isSet(config.failCgroupV1) ? [config.failCgroupV1.source] : [])],
      remedy: refused
        ? 'Boot with cgroup v2 (systemd.unified_cgroup_hierarchy=1), or set failCgroupV1: false in the kubelet configuration for now.'
        : 'Plan the move to cgroup v2 (systemd.unified_cgroup_hierarchy=1).',
    },
  ];
}

function isSet({ source }: KubeletConfig['failCgroupV1']): boolean {
  return source !== 'kubelet default' && !source.startsWith('assumed');
}

/** KEP 4569, KEP 5573: deprecated and refused by default in 1.35, and no earlier than 1.38 gone. */
function endForKubelet({ version }: KubeletConfig): string {
  const { minor, text } = version.value;
  if (version.source.startsWith('assumed') || minor < 35)
    return 'kubelet 1.35 and newer refuse it by default, and 1.38 may be without it';
  if (minor >= 38) return `kubelet ${text} may be without it`;
  return `kubelet ${text} runs there only because failCgroupV1 is false, and 1.38 may be without it`;
}

/** systemd's NEWS of 256 and 258. */
function endForSystemd({ systemd }: HostFacts): string {
  const version = systemd?.version ?? null;
  if (version === null || version < 256) return 'systemd 258 no longer has it';
  return `systemd ${version} boots it only with SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 on the kernel's command line, and 258 no longer has it`;
}
