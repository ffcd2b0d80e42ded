import { run } from '../apply/run.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Look } from '../model/look.ts';
import type { Action, Outcome } from '../model/plan.ts';
import { look } from './look.ts';
import type { Session } from './session.ts';

const PAUSE_MS = 20;

/** What came of doing what a plan says, and how the host looks after it. */
export interface Converged {
  readonly last: Look;
  readonly outcomes: readonly Outcome[];
}

/**
 * Does what the plan says and looks again, until nothing is left to do that was not tried.
 * @param passes against somebody who changes the tree at the same time, a few settle it; more is a fight
 * @param may what is left alone all the same
 */
export function converge(
  session: Session,
  config: KubeletConfig,
  first: Look,
  passes: number,
  may: (action: Action) => boolean = () => true,
): Converged {
  const { door, systemd, clock } = session;
  const outcomes = new Map<string, Outcome>();
  const untried = ({ plan }: Look): Action[] => plan.actions.filter((one) => may(one) && isUntried(one, outcomes));
  let seen = first;
  for (let pass = 1; pass <= passes && untried(seen).length > 0; pass += 1) {
    if (pass > 1) clock.sleep(PAUSE_MS * pass);
    const plan = { ...seen.plan, actions: untried(seen) };
    for (const outcome of run(plan, { door, systemd, anchors: seen.host.hierarchies })) {
      outcomes.set(outcome.action.id, outcome);
    }
    // Only a second look can say "ready".
    seen = look(session, config);
  }
  return { last: seen, outcomes: [...outcomes.values()] };
}

/** Is it still to be done; what the host has rejected for good is not. */
function isUntried({ id }: Action, outcomes: ReadonlyMap<string, Outcome>): boolean {
  const before = outcomes.get(id);
  return before === undefined || before.outcome !== 'failed' || before.error?.kind === 'temporary';
}
