import type { HostFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import { rememberLast } from '../model/remember.ts';
import type { Verdict } from '../model/report.ts';
import { allocatableRefusal } from './allocatable.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { dropInVariableRefusal } from './drop-in-variable.ts';
import { enforcementRefusal } from './enforcement.ts';
import { cgroupRootRefusal, kubepodsRefusal } from './cgroup-root.ts';
import { evictionErrors, softEvictionErrors } from './eviction.ts';
import { kernelFlagsRefusal } from './kernel-flags.ts';
import { cpuManagerRefusal, memoryManagerRefusal } from './managers.ts';
import { reservationErrors, reservedCpusRefusal } from './reservation.ts';
import { runtimeRefusal } from './runtime-driver.ts';
import { swapRefusal } from './swap.ts';
import { validationErrors } from './validation.ts';
import { NEWEST, OLDEST, rulesFor } from './versions.ts';

export { writesCpuset } from './limits.ts';

/** In the order in which the kubelet itself comes to them (server.go, container_manager_linux.go; 1.20 to 1.36). */
const RULES: readonly ((one: Case) => KubeletRefusal | null)[] = [
  dropInVariableRefusal,
  bySetting(({ config, host }) => validationErrors(config, host)),
  runtimeRefusal,
  reservedCpusRefusal,
  bySetting(({ config }) => reservationErrors(config)),
  bySetting(({ config }) => evictionErrors(config)),
  swapRefusal,
  cgroupRootRefusal,
  cpuManagerRefusal,
  memoryManagerRefusal,
  bySetting(softEvictionErrors),
  bySetting(allocatableRefusal),
  ({ host }) => missingSubsystems(host),
  kernelFlagsRefusal,
  driverWithoutSystemd,
  kubepodsRefusal,
  enforcementRefusal,
  systemCgroupsRefusal,
];

/** A rule with many numbers to read, and without an eye on the tree: it says the same again while these are the same. */
function bySetting(rule: (one: Pick<Case, 'config' | 'host' | 'resources'>) => KubeletRefusal | null): typeof rule {
  const last = rememberLast((config: Case['config'], host: HostFacts, resources: Case['resources']) =>
    rule({ config, host, resources }),
  );
  return ({ config, host, resources }) => last(config, host, resources);
}

/** Rules about numbers that others reckon with. */
const UNREADABLE = ['quantity', 'eviction'];

/** Would this kubelet start on this host, as far as the reserved cgroups decide it; and if not, what it would say. */
export function judge(one: Case): Verdict {
  const [first, ...next] = RULES.flatMap((rule) => rule(one) ?? []);
  if (first === undefined) return { kubeletStarts: true, message: null, rule: null, next: [] };
  // What follows from a number that cannot be read is no refusal of its own.
  return { kubeletStarts: false, ...first, next: UNREADABLE.includes(first.rule) ? [] : next };
}

/** validateSystemRequirements: on v1 four controllers must be mounted somewhere; v2 is not asked. */
function missingSubsystems(host: HostFacts): KubeletRefusal | null {
  if (host.mode === 'unified') return null;
  const mounted = host.hierarchies.filter((one) => one.type === 'cgroup').flatMap((one) => one.controllers);
  const missing = ['cpu', 'cpuacct', 'cpuset', 'memory'].filter((name) => !mounted.includes(name));
  if (missing.length === 0) return null;
  return {
    rule: 'subsystems',
    message: `system validation failed - Following Cgroup subsystem not mounted: [${missing.join(' ')}]`,
  };
}

/**
 * libcontainer's systemd manager is asked for kubepods before any reserved cgroup is looked at, and without
 * /run/systemd/system it is an error (runc 1.1, kubelet 1.25) or, before, a panic.
 */
function driverWithoutSystemd({ config, host, desired }: Case): KubeletRefusal | null {
  if (desired.driver.value !== 'systemd' || host.systemd !== null || !config.cgroupsPerQOS.value) return null;
  return { rule: 'driver-without-systemd', message: rulesFor(config.version.value).noSystemdText };
}

/** setupNode of container_manager_linux.go, after everything else. */
function systemCgroupsRefusal({ config }: Case): KubeletRefusal | null {
  if (config.systemCgroups.value !== '/') return null;
  return { rule: 'system-cgroups', message: 'system container cannot be root ("/")' };
}

/** The release by whose rules a kubelet is judged: its own, or the nearest that is known. */
export function judgedAs({ version: { value } }: KubeletConfig): string {
  if (value.minor > NEWEST.minor) return NEWEST.text;
  return value.minor < OLDEST.minor ? OLDEST.text : value.text;
}
