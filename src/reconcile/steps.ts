import type { Action, Refusal } from '../model/plan.ts';

/** What one hierarchy contributes to the plan for one cgroup. */
export interface Steps {
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
}
