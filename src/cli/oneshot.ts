import { reportOf } from '../reconcile/report.ts';
import { planned } from './audit.ts';
import type { Finished } from './audit.ts';
import { converge } from './converge.ts';
import type { Session } from './session.ts';
import { look } from './look.ts';
import { loadKubelet } from './load-kubelet.ts';
import { statusAfter } from './oneshot-status.ts';

const MAX_PASSES = 5;

/** `cgprep oneshot`: look, do what the plan says, look again. */
export async function oneshot(session: Session): Promise<Finished> {
  const { settings, cgprepVersion } = session;
  const config = await loadKubelet(session, 'oneshot');
  const head = { command: 'oneshot', cgprepVersion, ignore: settings.ignore } as const;
  const first = look(session, config);
  if (settings.dryRun) {
    return { report: reportOf(head, first, planned(first)), status: statusAfter(first, []) };
  }
  const { last, outcomes } = converge(session, config, first, MAX_PASSES);
  return { report: reportOf(head, last, outcomes), status: statusAfter(last, outcomes) };
}
