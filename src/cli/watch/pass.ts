import { CgprepError, ERROR_CODES } from '../../errors.ts';
import { AFTER_REPAIR_MS } from '../../watch/loop.ts';
import type { PassEnd } from '../../watch/loop.ts';
import { triggersOf } from '../../watch/triggers.ts';
import { taken } from './single-instance.ts';
import { lookAndMend } from './look-and-mend.ts';
import type { Passed } from './look-and-mend.ts';
import type { Running } from './running.ts';
import { tellPassed, tellProblem, tellSystemd } from './tell.ts';

/** What ends a watch before it has begun; later it is only told, and may pass. */
const FATAL_AT_START: readonly number[] = [64, 77];

/** One pass, from the configuration to what is told of it. */
export async function pass(running: Running, whole: boolean): Promise<PassEnd> {
  const { environment, base } = running;
  const began = environment.timers.now();
  const seconds = (): number => (environment.timers.now() - began) / 1000;
  const { config, problem, settlesInMs } = await base.config.current();
  let fruitful = false;
  let againMs: number | null = null;
  let sound = true;
  try {
    if (config === null) throw problem;
    const passed = lookAndMend(base.session, config, running.memory, environment.timers, whole, base.forgetUnits);
    running.memory = passed.memory;
    assertPermitted(running, passed);
    tellPassed(running, passed, problem, seconds());
    fruitful = passed.outcomes.length > 0 || passed.drift.length > 0;
    againMs = passed.againMs;
  } catch (error) {
    if (isFatal(running, error)) {
      running.end(error);
      return { fruitful, againMs, watching: true };
    }
    tellProblem(running, error, seconds());
    // The watchdog is there for what nobody foresaw.
    sound = error instanceof CgprepError;
  }
  const { watching, added } = arm(running);
  const other = whole ? running.claim.lostTo() : null;
  if (other !== null) running.end(taken(other));
  if (sound) tellSystemd(running);
  await running.outlets?.publish();
  await running.base.log.flush();
  const times = [againMs, settlesInMs, added ? AFTER_REPAIR_MS : null].filter((ms) => ms !== null);
  return { fruitful, againMs: times.length === 0 ? null : Math.min(...times), watching };
}

/** Without permission nothing will ever be made; a host that refuses otherwise may change its mind. */
function assertPermitted({ status }: Running, { outcomes }: Passed): void {
  const denied = outcomes.find(({ error }) => error?.kind === 'permission')?.error;
  if (status.passes.good > 0 || !denied) return;
  throw new CgprepError('CGP_PERMISSION', denied.message, 'Run cgprep watch as root, with CAP_DAC_OVERRIDE.');
}

function isFatal({ status }: Running, error: unknown): error is CgprepError {
  return (
    status.passes.good === 0 && error instanceof CgprepError && FATAL_AT_START.includes(ERROR_CODES[error.code].status)
  );
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
