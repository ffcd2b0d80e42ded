import type { Look } from '../model/look.ts';
import type { Action, Outcome } from '../model/plan.ts';
import type { Drift } from '../model/watch.ts';
import { keyOf } from './drift.ts';
import type { Line } from './telling.ts';

/** What is told of one drift. */
export function lineOf(one: Drift, stillWrong: boolean, held: readonly Drift[], outcomes: readonly Outcome[]): Line {
  const done = outcomes
    .filter(({ action, outcome }) => outcome === 'done' && concerns(action, one))
    .map(({ action }) => action.id);
  const told = one.kind === 'limits-changed' || one.kind === 'daemon-moved' || one.kind === 'configuration-changed';
  const backing = held.some((other) => keyOf(other) === keyOf(one));
  const result = told ? 'told' : backing ? 'backing-off' : stillWrong ? 'failed' : 'repaired';
  return { ...one, result, done, count: 1 };
}

/** Is an action about what is wrong: the same file or directory, one below it, or the unit that makes it. */
export function concerns(action: Action, { subject }: Drift): boolean {
  if (action.target === subject || action.target.startsWith(`${subject}/`)) return true;
  return 'unit' in action && subject.split('/').includes(action.unit);
}

/** Is it systemd that has to be asked for the repair. */
export function isSystemds({ host }: Look, { kind, subject }: Drift): boolean {
  if (host.systemd === null) return false;
  return kind !== 'cgroup-missing' || subject.endsWith('.slice');
}

/** Was it not tried, or may another try succeed. */
export function mayTryAgain({ id }: Action, outcomes: readonly Outcome[]): boolean {
  const outcome = outcomes.find(({ action }) => action.id === id);
  return outcome === undefined || outcome.outcome !== 'failed' || outcome.error?.kind === 'temporary';
}
