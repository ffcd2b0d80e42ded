import { CgprepError } from '../../errors.ts';
import { parseListen } from '../../config/listen.ts';
import type { Observed } from '../../model/metrics.ts';
import { refused } from '../../model/ports.ts';
import type { HttpAnswer, LogSink, OwnFiles } from '../../model/ports.ts';
import type { Settings } from '../../model/settings.ts';
import type { WatchStatus } from '../../model/watch.ts';
import { liveness, readiness } from '../../report/health.ts';
import type { Health } from '../../report/health.ts';
import type { Environment } from '../environment.ts';

/** Where `watch` is seen from outside: the server of `--listen` and the file of `--textfile`. */
export interface Outlets {
  /** After each pass. */
  readonly publish: () => Promise<void>;
  /**
   * Takes settings that were read again. What they leave as it was stays open, and if they cannot be had, all does.
   * @throws CgprepError as openOutlets
   */
  readonly change: (asked: Asked) => Promise<void>;
  readonly close: () => void;
}

/** The settings of the same names; the time in milliseconds. */
type Asked = Pick<Settings, 'listen' | 'textfile' | 'resync'>;

type World = Pick<Environment, 'clock' | 'usage' | 'server' | 'ownFiles'>;

interface Opened {
  readonly asked: Asked;
  readonly server: { readonly close: () => void } | null;
  readonly publish: () => Promise<void>;
}

/**
 * Opens what was asked for; what was not is not even loaded.
 * @param status as it is when somebody asks
 * @throws CgprepError CGP_USAGE for an address or a file name that cannot be; CGP_PERMISSION or CGP_TEMPORARY
 * where the address cannot be listened on
 */
export async function openOutlets(
  asked: Asked,
  environment: World,
  log: LogSink,
  status: () => WatchStatus,
): Promise<Outlets> {
  const observe = (): Observed => ({
    status: status(),
    usage: environment.usage(),
    nowMs: environment.clock.now(),
    resyncMs: current.asked.resync,
  });
  const open = async (next: Asked, before: Opened | null): Promise<Opened> => {
    const file =
      next.textfile === null ? null : { path: checkedName(next.textfile), files: await environment.ownFiles() };
    if (before?.asked.listen !== next.listen) {
      const server = next.listen === null ? null : await serve(next.listen, environment, observe);
      before?.server?.close();
      return { asked: next, server, publish: publisher(file, log, observe) };
    }
    return { asked: next, server: before.server, publish: publisher(file, log, observe) };
  };
  let current: Opened = { asked, server: null, publish: () => Promise.resolve() };
  current = await open(asked, null);
  return {
    publish: () => current.publish(),
    change: async (next) => {
      current = await open(next, current);
    },
    close: () => current.server?.close(),
  };
}

function checkedName(path: string): string {
  if (/^\/.*[^/]\.prom$/.test(path)) return path;
  throw new CgprepError(
    'CGP_USAGE',
    `textfile ${JSON.stringify(path)}: must be an absolute path that ends with .prom`,
    'node_exporter reads only files of that name, in the directory of its --collector.textfile.directory option.',
  );
}

async function serve(
  listen: string,
  environment: Pick<Environment, 'server'>,
  observe: () => Observed,
): Promise<{ readonly close: () => void }> {
  const address = parseListen(listen);
  const server = await (await environment.server())(address, (path) => answerTo(path, observe));
  if (!refused(server)) return server;
  const permission = server.errno === 'EACCES' || server.errno === 'EPERM';
  throw new CgprepError(
    permission ? 'CGP_PERMISSION' : 'CGP_TEMPORARY',
    `listen ${JSON.stringify(listen)}: ${WHY[server.errno] ?? 'the kernel refused'} (${server.errno})`,
    'Choose another address, or leave out --listen.',
  );
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'somebody listens there already',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen there',
  EPERM: 'this user may not listen there',
  ENOENT: 'the directory above that of the socket is not there',
  ENOTDIR: 'the directory of the socket is not one',
  CGROUPFS: 'a cgroup filesystem holds nothing but cgroups',
};

async function answerTo(path: string, observe: () => Observed): Promise<HttpAnswer> {
  if (path === '/metrics') {
    const { metricsText, PROMETHEUS_TYPE } = await import('../../report/prometheus.ts');
    return { status: 200, type: PROMETHEUS_TYPE, body: await metricsText(observe()) };
  }
  if (path === '/healthz') return healthAnswer(liveness(observe()));
  if (path === '/readyz') return healthAnswer(readiness(observe()));
  return plain(404, 'there are /metrics, /healthz and /readyz');
}

function healthAnswer({ ok, line }: Health): HttpAnswer {
  return plain(ok ? 200 : 503, line);
}

function plain(status: number, line: string): HttpAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

/**
 * Writes the file when anything but the time and the count of good passes has changed, and once a resync:
 * its age then tells whether watch is alive. A file that cannot be written is told once, and so is its recovery.
 */
function publisher(
  file: { readonly path: string; readonly files: OwnFiles } | null,
  log: LogSink,
  observe: () => Observed,
): () => Promise<void> {
  if (file === null) return () => Promise.resolve();
  const { path, files } = file;
  let written = { key: '', atMs: 0 };
  let trouble: string | null = null;
  return async () => {
    const observed = observe();
    const { status, nowMs, resyncMs } = observed;
    const key = JSON.stringify({ ...status, passes: status.passes.failed, lastPassSeconds: 0, lastGoodPassAtMs: 0 });
    // Half of it, because passes are early or late by the jitter.
    if (key === written.key && Math.abs(nowMs - written.atMs) < resyncMs / 2) return;
    const { metricsText } = await import('../../report/prometheus.ts');
    const result = files.replace(path, await metricsText(observed));
    written = { key, atMs: nowMs };
    const errno = refused(result) ? result.errno : null;
    if (errno === trouble) return;
    trouble = errno;
    if (errno === null) log.log('info', 'the textfile is written again', { path });
    else log.log('warn', 'the textfile cannot be written', { path, errno });
  };
}
