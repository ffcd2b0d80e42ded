import type { Inventory } from '../model/inventory.ts';
import type { Outcome } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import type { Look } from '../model/look.ts';
import { kubeletRoot, observeInventory, withMachine } from '../probe/inventory.ts';
import { reportOf } from '../reconcile/report.ts';
import { look } from './look.ts';
import { loadKubelet } from './load-kubelet.ts';
import type { Session } from './session.ts';

/** What a command leaves behind: the report to print, and the exit status. */
export interface Finished {
  readonly report: Report;
  readonly status: number;
}

/** `cgprep audit`: tells, and touches nothing. */
export async function audit(session: Session): Promise<Finished> {
  const { settings, cgprepVersion } = session;
  const seen = look(session, await loadKubelet(session, 'audit'), { thorough: true });
  const inventory = await inventoryOf(session, seen.host.mountinfo);
  const head = { command: 'audit', cgprepVersion, ignore: settings.ignore, inventory } as const;
  const report = reportOf(head, seen, planned(seen));
  return { report, status: statusOf(settings, seen, report) };
}

async function inventoryOf({ settings, reader, askMachine }: Session, mountinfo: string): Promise<Inventory> {
  const told = observeInventory(reader, mountinfo);
  // Below another root the machine that answers would be another than the one that was captured.
  if (settings.root !== '/') return told;
  const machine = await askMachine(kubeletRoot(reader), { processors: told.processors.model === null }).catch(
    () => null,
  );
  return machine === null ? told : withMachine(told, machine);
}

/** The outcomes of a plan that nobody carries out. */
export function planned({ plan }: Look): Outcome[] {
  return plan.actions.map((action) => ({ action, outcome: 'planned', error: null }));
}

function statusOf({ failOn }: Settings, { host, verdict }: Look, { findings }: Report): number {
  if (host.mode === 'unavailable') return 69;
  if (failOn === 'never') return 0;
  if (!verdict.kubeletStarts) return 1;
  const counted = failOn === 'error' ? ['error'] : ['error', 'warning'];
  return findings.some((finding) => !finding.ignored && counted.includes(finding.severity)) ? 1 : 0;
}
