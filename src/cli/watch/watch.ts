import { CgprepError } from '../../errors.ts';
import { refused } from '../../model/ports.ts';
import type { LogSink } from '../../model/ports.ts';
import type { Settings } from '../../model/settings.ts';
import { createLoop } from '../../watch/loop.ts';
import type { Loop } from '../../watch/loop.ts';
import { initialStatus } from '../../watch/status.ts';
import { matters } from '../../watch/triggers.ts';
import type { Environment } from '../environment.ts';
import { loadKubelet } from '../load-kubelet.ts';
import { remembering } from './remembering.ts';
import { openOutlets } from './outlets.ts';
import type { Outlets } from './outlets.ts';
import { openSession } from '../session.ts';
import { claimHost } from './single-instance.ts';
import { pass } from './pass.ts';
import { NO_MEMORY } from './look-and-mend.ts';
import type { Base, Running } from './running.ts';
import { createVoice } from './voice.ts';
import { watchConfig } from './watched-config.ts';

/**
 * `cgprep watch`: makes the host ready and keeps it so, until SIGTERM or SIGINT.
 * @param reread the settings as they are now
 * @returns the exit status
 * @throws CgprepError CGP_ALREADY_RUNNING, CGP_PERMISSION, CGP_USAGE
 */
export async function watch(
  settings: Settings,
  environment: Environment,
  reread: () => Promise<Settings>,
): Promise<number> {
  const files = await environment.ownFiles();
  const base = await openBase(settings, environment);
  const claim = claimHost(base.session.reader, files, settings.root);
  const notify = await environment.notify();
  const boot = base.session.reader.readText('/proc/sys/kernel/random/boot_id', 64);
  let loop: Loop | null = null;
  let finish: (outcome: number | CgprepError) => void = () => undefined;
  const ended = new Promise<number | CgprepError>((resolve) => {
    finish = resolve;
  });
  const running: Running = {
    environment,
    notify,
    claim,
    directories: await environment.watchDirectories(settings.root, (directory, name) => {
      if (matters(running.triggers, directory, name)) loop?.event();
    }),
    voice: createVoice(
      () => running.base,
      files,
      environment.clock,
      () => environment.timers.now(),
      refused(boot) ? '' : boot.text.trim(),
    ),
    end: finish,
    outlets: null,
    base,
    memory: NO_MEMORY,
    status: initialStatus(environment.cgprepVersion, environment.clock.now()),
    triggers: new Map(),
    told: null,
    toldReady: false,
    pingDue: false,
  };
  running.outlets = await outlets(running);
  loop = createLoop({
    timers: environment.timers,
    random: environment.random,
    resyncMs: () => running.base.session.settings.resync,
    pass: (whole) => pass(running, whole),
  });
  const theLoop = loop;
  const offs = [
    ...(['SIGTERM', 'SIGINT'] as const).map((name) =>
      environment.onSignal(name, () => {
        finish(0);
      }),
    ),
    environment.onSignal('SIGHUP', () => {
      void reload(running, theLoop, reread);
    }),
    keepAlive(running, theLoop),
  ];
  void theLoop.whole();
  const outcome = await ended;
  theLoop.stop();
  for (const off of offs) off();
  running.directories.watch([]);
  running.outlets.close();
  notify.send(['STOPPING=1']);
  running.voice.finish();
  await running.base.log.flush();
  if (typeof outcome !== 'number') throw outcome;
  return outcome;
}

/** What cannot be opened ends the watch before it touches anything. */
function outlets(running: Running): Promise<Outlets> {
  const log: LogSink = {
    log: (level, message, fields) => {
      running.base.log.log(level, message, fields);
    },
  };
  return openOutlets(running.base.session.settings, running.environment, log, () => running.status);
}

async function openBase(settings: Settings, environment: Environment): Promise<Base> {
  const opened = await openSession(settings, environment);
  const memory = opened.systemd === null ? null : remembering(opened.systemd);
  const session = memory === null ? opened : { ...opened, systemd: memory.systemd };
  const log = environment.log(settings, 'hasty');
  return {
    session,
    forgetUnits: memory?.forget ?? (() => undefined),
    config: watchConfig(session.reader, environment.timers, (reader) => loadKubelet({ ...session, reader }, 'oneshot')),
    log,
    record: settings.root === '/' ? settings.record : settings.root + settings.record,
  };
}

/** systemd kills a service that has not answered within WATCHDOG_USEC; only the end of a pass is an answer. */
function keepAlive(running: Running, loop: Loop): () => void {
  const { environment, notify } = running;
  if (notify.watchdogMs === null) return () => undefined;
  let stopped = false;
  let cancel = (): void => undefined;
  const half = notify.watchdogMs / 2;
  const next = (): void => {
    cancel = environment.timers.after(half, () => {
      if (stopped) return;
      running.pingDue = true;
      loop.event();
      next();
    });
  };
  next();
  return () => {
    stopped = true;
    cancel();
  };
}

/** sd_notify(3), RELOADING=1: with the time, and READY=1 when it is done. Settings that make no sense change nothing. */
async function reload(running: Running, loop: Loop, reread: () => Promise<Settings>): Promise<void> {
  const { environment, notify } = running;
  notify.send(['RELOADING=1', `MONOTONIC_USEC=${Math.round(environment.timers.now() * 1000)}`]);
  try {
    const settings = await reread();
    const { root } = running.base.session.settings;
    await running.outlets?.change(settings);
    running.base = await openBase({ ...settings, root }, environment);
    running.base.log.log('info', 'settings and configuration are read again');
  } catch (error) {
    if (!(error instanceof CgprepError)) throw error;
    running.base.log.log('error', `${error.message}: the settings stay as they were (${error.hint})`);
    running.base.config.forget();
  }
  running.toldReady = false;
  await loop.whole();
}
