import { CgprepError, ERROR_CODES } from '../errors.ts';
import { SETTLE_MS } from '../watch/loop.ts';
import type { PassEnd } from '../watch/loop.ts';
import { after } from '../watch/status.ts';
import { triggersOf } from '../watch/triggers.ts';
import { taken } from './single-instance.ts';
import { watchPass } from './watch-pass.ts';
import type { Running } from './watch-running.ts';
import { tellPassed, tellSystemd } from './watch-tell.ts';

/** What ends a watch before it has begun; later it is only told, and may pass. */
const FATAL_AT_START: readonly number[] = [64, 77];

/** One pass, from the configuration to what is told of it. */
export async function pass(running: Running, whole: boolean): Promise<PassEnd> {
  const { environment, base } = running;
  const began = environment.timers.now();
  let end: PassEnd = { fruitful: true, againMs: null, watching: true };
  try {
    const { config, settlesInMs } = await base.config.current();
    const passed = watchPass(base.session, config, running.memory, environment.timers, whole, base.forgetUnits);
    running.memory = passed.memory;
    const denied = passed.outcomes.find(({ error }) => error?.kind === 'permission')?.error;
    if (running.status.passes.good === 0 && denied) {
      throw new CgprepError('CGP_PERMISSION', denied.message, 'Run cgprep watch as root, with CAP_DAC_OVERRIDE.');
    }
    tellPassed(running, passed, (environment.timers.now() - began) / 1000);
    const times = [passed.againMs, settlesInMs].filter((ms) => ms !== null);
    end = {
      ...end,
      fruitful: passed.outcomes.length > 0 || passed.drift.length > 0,
      againMs: times.length === 0 ? null : Math.min(...times),
    };
  } catch (error) {
    end = { ...end, ...tellProblem(running, error, (environment.timers.now() - began) / 1000) };
  }
  const { watching, added } = arm(running);
  if (whole) {
    const other = running.claim.lostTo();
    if (other !== null) running.end(taken(other));
  }
  tellSystemd(running);
  await running.outlets?.publish();
  await running.base.log.flush();
  return { ...end, watching, againMs: added ? SETTLE_MS : end.againMs };
}

/** A host or a configuration that cannot be looked at now is told once, and looked at again. */
function tellProblem(running: Running, error: unknown, seconds: number): Partial<PassEnd> {
  const known = error instanceof CgprepError ? error : null;
  if (known !== null && running.status.passes.good === 0 && FATAL_AT_START.includes(ERROR_CODES[known.code].status)) {
    running.end(known);
    return {};
  }
  const text =
    known?.message ?? `bug in cgprep: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  running.status = after(running.status, {
    ready: null,
    message: text,
    drift: [],
    outcomes: [],
    standing: running.memory.standing,
    backingOff: running.status.backingOff,
    seconds,
    atMs: running.environment.clock.now(),
  });
  running.voice.say('problem', 'error', known === null ? text : `${text} (${known.hint})`);
  // The watchdog is there for what nobody foresaw: no ping after a bug.
  if (known === null) running.pingDue = false;
  return { fruitful: false, againMs: known?.code === 'CGP_CONFIG_UNSTABLE' ? 1000 : null };
}

/** Watches what this pass has seen. What was made before its directory was watched has told nobody: look once more. */
function arm(running: Running): Pick<PassEnd, 'watching'> & { readonly added: boolean } {
  const { memory, base } = running;
  running.triggers = triggersOf(memory.before, base.config.paths());
  const { added, problem } = running.directories.watch([...running.triggers.keys()]);
  const message =
    problem === null
      ? null
      : `changes are not noticed at once (${problem}), so cgprep looks every second; see fs.inotify in sysctl(8)`;
  running.voice.say('inotify', 'warn', message, 'changes are noticed at once again');
  return { watching: problem === null, added: added > 0 };
}
