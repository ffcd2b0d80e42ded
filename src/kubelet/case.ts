import type { DesiredState } from '../model/desired.ts';
import type { HostFacts, TreeFacts, Units } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Resources } from '../model/resources.ts';
import type { CgroupLimits, CgroupUsage } from '../model/usage.ts';

/** What a rule of the verdict looks at. */
export interface Case {
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
}

/** The first thing of which the kubelet would die, in its own words. */
export interface KubeletRefusal {
  readonly rule: string;
  readonly message: string;
}
