import type { DesiredCgroup, DesiredState } from '../model/desired.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { HostFacts, TreeFacts, Units } from '../model/host.ts';
import type { Plan } from '../model/plan.ts';
import { planSystemd } from './plan-systemd.ts';
import { planV1 } from './plan-v1.ts';
import { planV2 } from './plan-v2.ts';
import type { Steps } from './steps.ts';

/**
 * From what is wanted and what is there to what must be done, in the order in
 * which it must be done. Pure: the same facts give the same plan, and the facts
 * that the plan brings about give an empty one.
 */
export function planFor(host: HostFacts, desired: DesiredState, tree: TreeFacts, units: Units): Plan {
  const steps = desired.cgroups.flatMap((cgroup) => stepsFor(host, cgroup, tree, units, desired.writesCpuset));
  return {
    actions: merge(
      steps.flatMap((step) => step.actions),
      (action) => action.id,
    ),
    refusals: merge(
      steps.flatMap((step) => step.refusals),
      (refusal) => refusal.target,
    ),
  };
}

function stepsFor(
  host: HostFacts,
  cgroup: DesiredCgroup,
  tree: TreeFacts,
  units: Units,
  writesCpuset: boolean,
): Steps[] {
  const systemd = planSystemd(host, cgroup, tree, units);
  // What systemd refuses as a whole is not made up for piece by piece.
  if (systemd.refusals.length > 0) return [systemd];
  const perHierarchy = demandedHierarchies(host).map((hierarchy) =>
    hierarchy.type === 'cgroup'
      ? planV1(host, hierarchy, cgroup, tree, units, writesCpuset)
      : planV2(host, hierarchy, cgroup, tree, units),
  );
  return [systemd, ...perHierarchy];
}

/** Two cgroups may share a parent; it is made once, and it is needed if either needs it. */
function merge<T extends { readonly needed: boolean }>(all: readonly T[], key: (one: T) => string): T[] {
  const merged = new Map<string, T>();
  for (const one of all) {
    const before = merged.get(key(one));
    merged.set(key(one), before === undefined ? one : { ...before, needed: before.needed || one.needed });
  }
  return [...merged.values()];
}
