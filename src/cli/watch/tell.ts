import { CgprepError } from '../../errors.ts';
import { backedOffFrom } from '../../watch/back-off.ts';
import { statusLine } from '../../watch/status-line.ts';
import { after } from '../../watch/status.ts';
import type { Passed } from './look-and-mend.ts';
import type { Running } from './running.ts';

/**
 * Takes one pass into the status, and says what is new in it.
 * @param problem why the configuration as it is now could not be taken, so that an earlier one stands in
 */
export function tellPassed(running: Running, passed: Passed, problem: unknown, seconds: number): void {
  const { voice } = running;
  const { last, outcomes, drift, news, memory } = passed;
  const first = running.status.lastPassSeconds === null;
  running.status = after(running.status, {
    ready: problem === null ? last.verdict.kubeletStarts : null,
    message:
      problem !== null
        ? wordsOf(problem)
        : last.host.mode === 'unavailable'
          ? 'no cgroups are mounted'
          : last.verdict.message,
    drift,
    outcomes,
    standing: memory.standing,
    backingOff: backedOffFrom(memory.backOff).map(subjectOf),
    seconds,
    atMs: running.environment.clock.now(),
  });
  const { ready, message } = running.status;
  if (first) {
    const names = last.desired.cgroups.map(({ path }) => path).join(', ') || 'no cgroup';
    running.base.log.log('info', `watching ${names}`, { mode: last.host.mode, driver: last.desired.driver.value });
  }
  voice.say('problem', 'error', problem === null ? null : wordsOf(problem), 'looking at the host works again');
  voice.drifted(news);
  tellActions(running, passed);
  if (problem !== null) return;
  voice.say(
    'ready',
    ready === true ? 'info' : 'error',
    ready === true ? 'ready: the kubelet would start on this host' : `not ready: the kubelet would refuse: ${message}`,
  );
}

function tellActions({ voice, base }: Running, { outcomes, news, backOffBegun, backOffEnded }: Passed): void {
  for (const { action, outcome, error } of outcomes) {
    voice.say(`action ${action.id}`, 'error', outcome === 'failed' ? (error?.message ?? null) : null);
    // What mends a drift is told with it; what was never right is told here.
    if (outcome === 'done' && !news.some(({ done }) => done.includes(action.id)))
      base.log.log('info', `${action.action} ${action.target}: ${action.why}`);
  }
  for (const key of backOffBegun) {
    const message = 'drifts again and again, so it is left alone for longer and longer; find who removes it';
    base.log.log('warn', `${subjectOf(key)}: ${message}`);
  }
  for (const key of backOffEnded) base.log.log('info', `${subjectOf(key)}: is at rest again`);
}

function subjectOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

/** A host or a configuration that cannot be looked at now is told once, and looked at again. */
export function tellProblem(running: Running, error: unknown, seconds: number): void {
  running.status = after(running.status, {
    ready: null,
    message: wordsOf(error),
    drift: [],
    outcomes: [],
    standing: running.memory.standing,
    backingOff: running.status.backingOff,
    seconds,
    atMs: running.environment.clock.now(),
  });
  running.voice.say('problem', 'error', wordsOf(error));
}

function wordsOf(error: unknown): string {
  if (error instanceof CgprepError) return `${error.message} (${error.hint})`;
  return `bug in cgprep: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** What `systemctl status` shows, and that the service is up and alive. */
export function tellSystemd(running: Running): void {
  const { notify, status } = running;
  const assignments: string[] = [];
  const line = statusLine(status);
  if (!running.toldReady) assignments.push('READY=1');
  if (line !== running.told) assignments.push(`STATUS=${line}`);
  if (running.pingDue) assignments.push('WATCHDOG=1');
  running.toldReady = true;
  running.told = line;
  running.pingDue = false;
  if (assignments.length > 0) notify.send(assignments);
}
