import type { DesiredState } from './desired.ts';
import type { HostFacts, TreeFacts, Units } from './host.ts';
import type { KubeletConfig } from './kubelet.ts';
import type { NodeResource } from './node.ts';
import type { OomFacts } from './oom.ts';
import type { Plan } from './plan.ts';
import type { Verdict } from './report.ts';
import type { Resources } from './resources.ts';
import type { CgroupLimits, CgroupUsage } from './usage.ts';
import type { Change } from './watch.ts';

/** Everything that one look at the host has come to. */
export interface Look {
  readonly config: KubeletConfig;
  readonly host: HostFacts;
  readonly desired: DesiredState;
  readonly tree: TreeFacts;
  readonly units: Units;
  readonly resources: Resources;
  /** What is in use, by the path of each reserved cgroup. */
  readonly usage: Readonly<Record<string, CgroupUsage>>;
  /** What the kubelet would write, by the path of each enforced reserved cgroup. */
  readonly limits: Readonly<Record<string, CgroupLimits>>;
  readonly node: readonly NodeResource[];
  /** null unless it is an audit. */
  readonly oom: OomFacts | null;
  /** What watch has recorded; null unless it is an audit. */
  readonly changes: readonly Change[] | null;
  readonly surroundings: Surroundings;
  readonly plan: Plan;
  readonly verdict: Verdict;
}

/** What stands around the reserved cgroups that cgprep tells of and does not touch. */
export interface Surroundings {
  /** Services of the kubelet and the runtimes whose cgroup lies in /system.slice. */
  readonly daemonsInSystemSlice: readonly string[];
  /** Files by which systemd holds a memory or task limit for a slice. */
  readonly limitFiles: readonly { readonly unit: string; readonly file: string }[];
  /** Directories on a v2 host that are called like v1 hierarchies. */
  readonly v1Directories: readonly string[];
}
