import { run } from '../apply/run.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Action, Outcome } from '../model/plan.ts';
import type { Look } from '../model/look.ts';
import { reportOf } from '../reconcile/report.ts';
import { planned } from './audit.ts';
import type { Finished } from './audit.ts';
import type { Session } from './session.ts';
import { look } from './look.ts';
import { loadKubelet } from './load-kubelet.ts';
import { statusAfter } from './oneshot-status.ts';

/** Against somebody who changes the tree at the same time, a pass or two settles it; more is a fight. */
const MAX_PASSES = 5;
const PAUSE_MS = 20;

/** `cgprep oneshot`: look, do what the plan says, look again. */
export async function oneshot(session: Session): Promise<Finished> {
  const { settings, cgprepVersion } = session;
  const config = await loadKubelet(session, 'oneshot');
  const head = { command: 'oneshot', cgprepVersion, ignore: settings.ignore, inventory: null } as const;
  const first = look(session, config);
  if (settings.dryRun) {
    return { report: reportOf(head, first, planned(first)), status: statusAfter(first, []) };
  }
  const { last, outcomes } = converge(session, config, first);
  return { report: reportOf(head, last, outcomes), status: statusAfter(last, outcomes) };
}

function converge(session: Session, config: KubeletConfig, first: Look): { last: Look; outcomes: Outcome[] } {
  const { door, systemd, clock } = session;
  const outcomes = new Map<string, Outcome>();
  let seen = first;
  for (let pass = 1; pass <= MAX_PASSES && untried(seen, outcomes).length > 0; pass += 1) {
    if (pass > 1) clock.sleep(PAUSE_MS * pass);
    const plan = { ...seen.plan, actions: untried(seen, outcomes) };
    for (const outcome of run(plan, { door, systemd, anchors: seen.host.hierarchies })) {
      outcomes.set(outcome.action.id, outcome);
    }
    // Only a second look can say "ready".
    seen = look(session, config);
  }
  return { last: seen, outcomes: [...outcomes.values()] };
}

/** What is still to be done, without what the host has rejected for good. */
function untried({ plan }: Look, outcomes: ReadonlyMap<string, Outcome>): Action[] {
  return plan.actions.filter(({ id }) => {
    const before = outcomes.get(id);
    return before === undefined || before.outcome !== 'failed' || before.error?.kind === 'temporary';
  });
}
