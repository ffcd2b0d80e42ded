import { backedOffFrom } from '../watch/back-off.ts';
import { statusLine } from '../watch/status-line.ts';
import { after } from '../watch/status.ts';
import type { Passed } from './watch-pass.ts';
import type { Running } from './watch-running.ts';

/** Takes one pass into the status, and says what is new in it. */
export function tellPassed(running: Running, passed: Passed, seconds: number): void {
  const { voice } = running;
  const { last, outcomes, drift, news, memory } = passed;
  const first = running.status.passes.good === 0;
  running.status = after(running.status, {
    ready: last.verdict.kubeletStarts,
    message: last.host.mode === 'unavailable' ? 'no cgroups are mounted' : last.verdict.message,
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
  voice.say('problem', 'error', null, 'looking at the host works again');
  voice.drifted(news);
  for (const { action, outcome, error } of outcomes) {
    const told = outcome === 'failed' ? (error?.message ?? null) : null;
    voice.say(`action ${action.id}`, 'error', told);
    // What mends a drift is told with it; what was never right, or came with a new mount, is told here.
    if (outcome === 'done' && !news.some(({ done }) => done.includes(action.id)))
      running.base.log.log('info', `${action.action} ${action.target}: ${action.why}`);
  }
  for (const key of passed.backOffBegun)
    running.base.log.log(
      'warn',
      `${subjectOf(key)}: drifts again and again, so it is left alone for longer and longer; find who removes it`,
    );
  for (const key of passed.backOffEnded) running.base.log.log('info', `${subjectOf(key)}: is at rest again`);
  voice.say(
    'ready',
    ready === true ? 'info' : 'error',
    ready === true ? 'ready: the kubelet would start on this host' : `not ready: the kubelet would refuse: ${message}`,
  );
}

function subjectOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
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
