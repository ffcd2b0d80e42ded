import { V1_DEMANDED, V2_DEMANDED } from './cgroup.ts';
import type { CgroupMode, Hierarchy } from './cgroup.ts';
import { rememberLast } from './remember.ts';

/** What was seen of the host before anything was decided. */
export interface HostFacts extends BootedFacts {
  /** The file in which the mounts were seen. */
  readonly mountinfo: string;
  readonly mode: CgroupMode;
  /** Every mounted cgroup tree once, in mountinfo's order. */
  readonly hierarchies: readonly Hierarchy[];
}

/** What hardly changes until the next boot. */
export interface BootedFacts {
  /** /proc/cgroups: the controllers that this kernel has; `enabled` is false after `cgroup_disable=`. */
  readonly kernelControllers: readonly { readonly name: string; readonly enabled: boolean }[];
  /** null when systemd is not PID 1. */
  readonly systemd: SystemdFacts | null;
  /** The words of /proc/cmdline. */
  readonly bootWords: readonly string[];
}

export interface SystemdFacts {
  readonly running: true;
  /** null when it could not be read off the host. */
  readonly version: number | null;
}

/** What systemd knows of a unit, in the words of `systemctl show` (org.freedesktop.systemd1(5)). */
export interface UnitFacts {
  /** `loaded`, `masked`, `not-found`, `bad-setting`, `error`. */
  readonly loadState: string;
  readonly activeState: string;
  /** systemd's own words when the unit could not be loaded; null when it could. */
  readonly loadError: string | null;
  /** Unit settings by name, as systemd prints them: `CPUAccounting`, `CPUWeight`, … */
  readonly properties: Readonly<Record<string, string>>;
}

/** Facts by unit name; null when systemd could not be asked: a captured tree, a container, no systemctl. */
export type Units = Readonly<Record<string, UnitFacts>> | null;

/** One cgroup directory in one hierarchy, as it was when we looked. */
export interface CgroupFacts {
  /** `absent` = ENOENT; `other` = something that is not a directory; `unreadable` = stat was refused. */
  readonly kind: 'directory' | 'other' | 'absent' | 'unreadable';
  /** v1 cpuset: file text without the newline; null when it cannot be read. On the v2 root, `cpuset.cpus.effective`. */
  readonly cpus?: string | null;
  readonly mems?: string | null;
  /** v2 only: the words of the interface files; null when the file cannot be read. */
  readonly controllers?: readonly string[] | null;
  readonly subtreeControl?: readonly string[] | null;
  /** v2 only: `domain`, `threaded`, …; null for the real root, which has no such file. */
  readonly type?: string | null;
  /** v2 only: the cgroup holds processes of its own. */
  readonly populated?: boolean;
}

/** Facts by absolute directory on the host, for each cgroup wanted and every ancestor of it. */
export type TreeFacts = Readonly<Record<string, CgroupFacts>>;

/** The hierarchies in which the kubelet looks for a reserved cgroup: one on v2, the demanded ones on v1. */
export const demandedHierarchies = rememberLast((host: HostFacts): readonly Hierarchy[] => {
  if (host.mode === 'unified') return host.hierarchies.filter((one) => one.type === 'cgroup2');
  return host.hierarchies.filter((one) => one.type === 'cgroup' && demandedIn(one).length > 0);
});

/** The controllers of one hierarchy that the kubelet demands there. */
export function demandedIn(hierarchy: Hierarchy): string[] {
  const demanded: readonly string[] = hierarchy.type === 'cgroup' ? V1_DEMANDED : V2_DEMANDED;
  return demanded.filter((name) => hierarchy.controllers.includes(name));
}
