import type { KubeletConfig } from '../../model/kubelet.ts';
import type { Look } from '../../model/look.ts';
import type { Outcome } from '../../model/plan.ts';
import type { Timers } from '../../model/ports.ts';
import type { DaemonPlace, Drift, LimitFact } from '../../model/watch.ts';
import { observeDaemons } from '../../probe/daemons.ts';
import { observeLimits } from '../../probe/limits.ts';
import { forgetQuiet, mayRepair, nextRepairMs, noteDrift } from '../../watch/back-off.ts';
import type { BackOff } from '../../watch/back-off.ts';
import {
  changedLimits,
  configurationChange,
  driftedSince,
  keyOf,
  limitKey,
  movedDaemons,
  wrongsOf,
} from '../../watch/drift.ts';
import { concerns, isSystemds, lineOf, mayTryAgain } from '../../watch/repair.ts';
import type { Line } from '../../watch/telling.ts';
import { converge } from '../converge.ts';
import { look } from '../look.ts';
import type { Session } from '../session.ts';

/** What one pass leaves for the next. */
export interface Memory {
  /** How the host looked at the end of the last pass; null before the first. */
  readonly before: Look | null;
  readonly backOff: BackOff;
  /** What has drifted and is not right again. */
  readonly standing: readonly Drift[];
  readonly onceRight: ReadonlySet<string>;
  readonly daemons: readonly DaemonPlace[];
  /** Passes in a row that left something undone which may be tried again. */
  readonly losses: number;
}

export const NO_MEMORY: Memory = {
  before: null,
  backOff: new Map(),
  standing: [],
  onceRight: new Set(),
  daemons: [],
  losses: 0,
};

export interface Passed {
  readonly memory: Memory;
  readonly last: Look;
  readonly outcomes: readonly Outcome[];
  readonly drift: readonly Drift[];
  /** What is to be told of it. */
  readonly news: readonly Line[];
  readonly backOffBegun: readonly string[];
  readonly backOffEnded: readonly string[];
  readonly againMs: number | null;
}

const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 60_000;

/**
 * One pass: look, tell what has drifted, mend what is cgprep's to mend and not fought over, look again.
 * @param whole with what costs more than a pass may cost each time: what the machine has, systemd's units, the
 * daemons' places
 * @param forgetUnits has systemd asked anew at the next look
 */
export function lookAndMend(
  session: Session,
  config: KubeletConfig,
  memory: Memory,
  timers: Timers,
  whole: boolean,
  forgetUnits: () => void,
): Passed {
  const { settings } = session;
  const limits = { after: settings.backOffAfter, withinMs: settings.backOffWithin };
  const now = timers.now();
  if (whole) forgetUnits();
  let first = look(session, config, { known: whole ? null : memory.before });
  if (first.plan.actions.length > 0 && !whole && session.systemd !== null) {
    // What is remembered of systemd may be the reason that there is something to do.
    forgetUnits();
    first = look(session, config);
  }
  const lost = memory.before === null ? [] : driftedSince(memory.before, first);
  const { state: quiet, ended } = forgetQuiet(memory.backOff, now, limits);
  const noted = noteDrift(
    quiet,
    lost.map((one) => ({ key: keyOf(one), systemds: isSystemds(first, one) })),
    now,
    limits,
  );
  const held = wrongsOf(first).filter((one) => !mayRepair(noted.state, keyOf(one), now));
  const { last, outcomes } = converge(
    session,
    config,
    first,
    1,
    (action) => !held.some((one) => concerns(action, one)),
  );

  const facts = limitFacts(session, last);
  const onceRight = new Set([
    ...memory.onceRight,
    ...facts.filter(({ found, wanted }) => found === wanted).map(limitKey),
  ]);
  const wasHere = memory.before !== null || !whole;
  const daemons = whole ? daemonsOf(session, last, memory.daemons) : memory.daemons;
  const asked = memory.before === null ? null : configurationChange(memory.before.desired, last.desired);
  const observed = [
    ...changedLimits(facts, onceRight),
    ...(whole && wasHere ? movedDaemons(memory.daemons, daemons) : []),
  ];
  const stood = new Set(memory.standing.map(keyOf));
  const fresh = observed.filter((one) => !stood.has(keyOf(one)));
  const drift = [...(asked === null ? [] : [asked]), ...lost, ...fresh];
  const wrong = new Map(wrongsOf(last).map((one) => [keyOf(one), one]));
  const standing = [...memory.standing, ...lost, ...fresh].filter(
    (one) => wrong.has(keyOf(one)) || stillStands(one, observed, whole),
  );
  const unique = [...new Map(standing.map((one) => [keyOf(one), one])).values()];
  const undone = last.plan.actions.some(
    (action) => !held.some((one) => concerns(action, one)) && mayTryAgain(action, outcomes),
  );
  const losses = undone ? memory.losses + 1 : 0;
  const retryMs = undone ? Math.min(FIRST_RETRY_MS * 2 ** Math.min(losses - 1, 12), LONGEST_RETRY_MS) : null;
  return {
    memory: {
      before: last,
      backOff: noted.state,
      standing: unique,
      onceRight,
      // A daemon that has moved is told of until it is back.
      daemons: keepReserved(memory.daemons, daemons),
      losses,
    },
    last,
    outcomes,
    drift,
    news: drift.map((one) => lineOf(one, wrong.has(keyOf(one)), held, outcomes)),
    backOffBegun: noted.begun,
    backOffEnded: ended,
    againMs: least(retryMs, nextRepairMs(noted.state, held.map(keyOf), now)),
  };
}

function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** What is only observed stands until an observation of the same kind no longer has it. */
function stillStands(one: Drift, observed: readonly Drift[], whole: boolean): boolean {
  if (one.kind === 'daemon-moved' && !whole) return true;
  return observed.some((other) => keyOf(other) === keyOf(one));
}

function limitFacts({ reader }: Session, { host, desired, limits }: Look): LimitFact[] {
  return desired.cgroups.flatMap(({ path }) => {
    const written = limits[path];
    return written === undefined ? [] : observeLimits(reader, host, path, written);
  });
}

function daemonsOf({ reader }: Session, { host, desired }: Look, known: readonly DaemonPlace[]): DaemonPlace[] {
  return observeDaemons(
    reader,
    host,
    desired.cgroups.map(({ path }) => path),
    known,
  );
}

function keepReserved(before: readonly DaemonPlace[], now: readonly DaemonPlace[]): DaemonPlace[] {
  const inside = new Set(now.filter(({ reserved }) => reserved).map(({ name }) => name));
  return [...before.filter(({ name, reserved }) => reserved && !inside.has(name)), ...now];
}
