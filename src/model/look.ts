import type { DesiredState } from './desired.ts';
import type { HostFacts, TreeFacts, Units } from './host.ts';
import type { KubeletConfig } from './kubelet.ts';
import type { Plan } from './plan.ts';
import type { Verdict } from './report.ts';

/** Everything that one look at the host has come to. */
export interface Look {
  readonly config: KubeletConfig;
  readonly host: HostFacts;
  readonly desired: DesiredState;
  readonly tree: TreeFacts;
  readonly units: Units;
  readonly plan: Plan;
  readonly verdict: Verdict;
}
