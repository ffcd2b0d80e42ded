import type { Action, ActionKind, Outcome, Plan } from '../model/plan.ts';
import { EXECUTORS } from './executors.ts';
import type { Result, World } from './executors.ts';

/**
 * Carries out a plan, one action after the other. One that fails does not stop
 * those that do not build on it: four hierarchies made are better than none.
 */
export function run(plan: Plan, world: World): Outcome[] {
  const failed: Action[] = [];
  return plan.actions.map((action) => {
    if (failed.some((earlier) => buildsOn(action, earlier))) return { action, outcome: 'stale', error: null };
    const result = execute(action, world);
    if (result.outcome === 'failed' || result.outcome === 'stale') failed.push(action);
    return { action, ...result };
  });
}

function execute<K extends ActionKind>(action: Action<K>, world: World): Result {
  const executor: (world: World, action: Action<K>) => Result = EXECUTORS[action.action];
  return executor(world, action);
}

/** Does a later action need an earlier one: same hierarchy, and at or below its cgroup. */
function buildsOn(later: Action, earlier: Action): boolean {
  if (!('mountpoint' in later) || !('mountpoint' in earlier) || later.mountpoint !== earlier.mountpoint) return false;
  if (earlier.action === 'seed-cpuset') return false;
  const above = earlier.path === '/' ? '/' : `${earlier.path}/`;
  return later.path === earlier.path ? earlier.action === 'make-directory' : later.path.startsWith(above);
}
