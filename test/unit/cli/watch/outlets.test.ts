import { mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutlets } from '../../../../src/cli/watch/outlets.ts';
import type { Outlets } from '../../../../src/cli/watch/outlets.ts';
import { createServe } from '../../../../src/host/metrics-server.ts';
import { createOwnFiles } from '../../../../src/host/own-files.ts';
import { realSyscalls } from '../../../../src/host/syscalls.ts';
import type { WatchStatus } from '../../../../src/model/watch.ts';
import { READY, STARTED } from '../../../support/watch-status.ts';

let directory = '';
let opened: Outlets[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cgprep-test-'));
});
afterEach(() => {
  for (const one of opened) one.close();
  opened = [];
  rmSync(directory, { recursive: true });
});

/** A watch whose status and clock the test sets, with the real server and the real files. */
async function watching(asked: { readonly listen?: string; readonly textfile?: string }) {
  const world: { status: WatchStatus; seconds: number } = { status: READY, seconds: 1 };
  const logged: string[] = [];
  const outlets = await openOutlets(
    { listen: null, textfile: null, resync: 60_000, ...asked },
    {
      clock: { now: () => STARTED.startedAtMs + world.seconds * 1000, sleep: () => undefined },
      usage: () => ({ residentBytes: 1, cpuSeconds: 1, openFds: 1 }),
      server: () => Promise.resolve(createServe(realSyscalls)),
      ownFiles: () => Promise.resolve(createOwnFiles(realSyscalls)),
    },
    {
      log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
    },
    () => world.status,
  );
  opened.push(outlets);
  return { outlets, world, logged };
}

interface Got {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function ask(socketPath: string, path: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => {
        resolve({ status: response.statusCode, type: response.headers['content-type'], body });
      });
    }).on('error', reject);
  });
}

describe('--listen', () => {
  it('answers with the status as it is when asked', async () => {
    const socket = join(directory, 'metrics.sock');
    const { world } = await watching({ listen: `unix:${socket}` });
    const metrics = await ask(socket, '/metrics?name[]=x');
    expect([metrics.status, metrics.type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(metrics.body).toContain('\ncgprep_ready 1\n');
    expect(await ask(socket, '/healthz')).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: 'ok\n' });
    expect(await ask(socket, '/readyz')).toMatchObject({ status: 200, body: 'ready\n' });

    world.status = { ...READY, ready: false, message: 'cgroup does not exist' };
    expect(await ask(socket, '/readyz')).toMatchObject({ status: 503, body: 'cgroup does not exist\n' });
    expect((await ask(socket, '/metrics')).body).toContain('\ncgprep_ready 0\n');
    world.seconds = 999;
    expect(await ask(socket, '/healthz')).toMatchObject({ status: 503 });
    expect(await ask(socket, '/')).toMatchObject({ status: 404 });
  });

  it('says what stands in its way, once, at the start', async () => {
    const socket = join(directory, 'metrics.sock');
    await watching({ listen: `unix:${socket}` });
    await expect(watching({ listen: `unix:${socket}` })).rejects.toMatchObject({
      code: 'CGP_TEMPORARY',
      message: `listen "unix:${socket}": somebody listens there already (EADDRINUSE)`,
    });
    await expect(watching({ listen: `unix:${directory}/a/b/metrics.sock` })).rejects.toMatchObject({
      message: expect.stringContaining(': the directory above that of the socket is not there (ENOENT)') as string,
    });
    await expect(watching({ listen: '192.0.2.1:9877' })).rejects.toMatchObject({
      message: 'listen "192.0.2.1:9877": this machine does not have that address (EADDRNOTAVAIL)',
    });
  });
});

describe('--textfile', () => {
  const read = (): string => readFileSync(join(directory, 'cgprep.prom'), 'utf8');

  it('is written after a pass that changed something, and once a resync', async () => {
    const { outlets, world } = await watching({ textfile: join(directory, 'cgprep.prom') });
    await outlets.publish();
    expect(read()).toContain('cgprep_passes_total{result="good"} 1\n');
    world.status = { ...READY, passes: { good: 2, failed: 0 }, lastPassSeconds: 0.1, lastGoodPassAtMs: 0 };
    world.seconds = 30;
    await outlets.publish();
    expect(read()).toContain('cgprep_passes_total{result="good"} 1\n');
    world.seconds = 31;
    await outlets.publish();
    expect(read()).toContain('cgprep_passes_total{result="good"} 2\n');
    world.status = { ...world.status, ready: false };
    await outlets.publish();
    expect(read()).toContain('cgprep_ready 0\n');
  });

  it('a file that cannot be written is told once, and so is its recovery', async () => {
    const { outlets, world, logged } = await watching({ textfile: join(directory, 'cgprep.prom') });
    mkdirSync(join(directory, 'cgprep.prom'));
    for (const failed of [1, 2, 3]) {
      world.status = { ...READY, passes: { good: 1, failed } };
      await outlets.publish();
    }
    rmdirSync(join(directory, 'cgprep.prom'));
    world.seconds = 99;
    await outlets.publish();
    const path = JSON.stringify(join(directory, 'cgprep.prom'));
    expect(logged).toEqual([
      `warn the textfile cannot be written {"path":${path},"errno":"EISDIR"}`,
      `info the textfile is written again {"path":${path}}`,
    ]);
  });

  it.each(['/run/metrics', '/run/metrics.prom.txt', 'metrics.prom', '/run/.prom/x', '/.prom'])(
    '%s is refused',
    async (textfile) => {
      await expect(watching({ textfile })).rejects.toMatchObject({
        code: 'CGP_USAGE',
        message: `textfile ${JSON.stringify(textfile)}: must be an absolute path that ends with .prom`,
      });
    },
  );
});

describe('other settings', () => {
  const to = (listen: string | null, textfile: string | null = null) => ({ listen, textfile, resync: 60_000 });

  it('move the server, and the old address is free', async () => {
    const [old, other] = [join(directory, 'old'), join(directory, 'new')];
    const { outlets } = await watching({ listen: `unix:${old}` });
    await outlets.change(to(`unix:${other}`));
    expect(await ask(other, '/readyz')).toMatchObject({ status: 200 });
    await expect(ask(old, '/readyz')).rejects.toThrow('ENOENT');
    await outlets.change(to(null));
    await expect(ask(other, '/readyz')).rejects.toThrow('ENOENT');
  });

  it('leave the server open where they do not change it', async () => {
    const socket = join(directory, 's');
    const { outlets } = await watching({ listen: `unix:${socket}` });
    await outlets.change(to(`unix:${socket}`, join(directory, 'cgprep.prom')));
    await outlets.publish();
    expect(await ask(socket, '/readyz')).toMatchObject({ status: 200 });
    expect(readFileSync(join(directory, 'cgprep.prom'), 'utf8')).toContain('cgprep_ready 1');
  });

  it('that cannot be had change nothing', async () => {
    const socket = join(directory, 's');
    const { outlets } = await watching({ listen: `unix:${socket}`, textfile: join(directory, 'cgprep.prom') });
    await expect(outlets.change(to('192.0.2.1:9877'))).rejects.toMatchObject({ code: 'CGP_TEMPORARY' });
    await expect(outlets.change(to(null, '/wrong'))).rejects.toMatchObject({ code: 'CGP_USAGE' });
    await outlets.publish();
    expect(await ask(socket, '/readyz')).toMatchObject({ status: 200 });
    expect(readFileSync(join(directory, 'cgprep.prom'), 'utf8')).toContain('cgprep_ready 1');
  });
});

it('nothing is opened that was not asked for', async () => {
  const { outlets } = await watching({});
  await expect(outlets.publish()).resolves.toBeUndefined();
});
