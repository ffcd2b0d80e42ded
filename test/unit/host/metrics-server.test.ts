import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServe } from '../../../src/host/metrics-server.ts';
import { realSyscalls } from '../../../src/host/syscalls.ts';
import { refused } from '../../../src/model/ports.ts';

const SOURCE = join(import.meta.dirname, '..', '..', '..', 'src', 'host');
const serve = createServe(realSyscalls);

const ENDED = /^(?:HTTP\/1\.1 408 [^]*)?$/;

let directory = '';
let socket = '';
let closers: (() => void)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cgprep-test-'));
  socket = join(directory, 's');
});
afterEach(() => {
  for (const close of closers) close();
  closers = [];
  rmSync(directory, { recursive: true });
});

async function serving(answer = (path: string) => Promise.resolve({ status: 200, type: 'text/plain', body: path })) {
  const server = await serve({ socket }, answer);
  if (refused(server)) throw new Error(server.errno);
  closers.push(server.close);
  return server;
}

function ask(method: string, path: string): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket, path, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => {
        resolve({ response, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** A connection that sends what it is told to; and whether the server has ended it. */
function dial(send: string): { socket: Socket; ended: Promise<string> } {
  const dialled = connect(socket);
  closers.push(() => {
    dialled.destroy();
  });
  let text = '';
  const ended = new Promise<string>((resolve) => {
    dialled.on('data', (chunk) => {
      text += chunk.toString();
    });
    dialled.on('error', () => undefined);
    dialled.on('close', () => {
      resolve(text);
    });
  });
  dialled.write(send);
  return { socket: dialled, ended };
}

describe('the server', () => {
  it('answers GET and HEAD, and nothing else', async () => {
    await serving();
    const got = await ask('GET', '/metrics?x=1');
    expect([got.response.statusCode, got.body, got.response.headers['content-length']]).toEqual([200, '/metrics', '8']);
    const head = await ask('HEAD', '/metrics');
    expect([head.response.statusCode, head.body, head.response.headers['content-length']]).toEqual([200, '', '8']);
    const post = await ask('POST', '/metrics');
    expect([post.response.statusCode, post.response.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('a bug in an answer is an answer', async () => {
    await serving(() => Promise.reject(new Error('secret')));
    const { response, body } = await ask('GET', '/');
    expect([response.statusCode, body]).toEqual([500, 'a bug in cgprep\n']);
  });

  it('turns away who comes beyond 16, and serves again when there is room', async () => {
    await serving();
    const held = Array.from({ length: 16 }, () => dial('GET / HTTP/1.1\r\n'));
    // The last one is accepted in the order of coming, so it is one too many.
    expect(await dial('').ended).toBe('');
    held[0]?.socket.destroy();
    await expect.poll(() => ask('GET', '/').then(({ body }) => body, String)).toBe('/');
  });

  it('ends connections that are silent or slow', { timeout: 30_000 }, async () => {
    await serving();
    const silent = dial('');
    const slow = dial('GET / HTTP/1.1\r\nx: ');
    const drip = setInterval(() => {
      slow.socket.write('y');
    }, 500);
    closers.push(() => {
      clearInterval(drip);
    });
    expect(await silent.ended).toMatch(ENDED);
    // The drip may meet a closed socket, whose reset takes the answer with it.
    expect(await slow.ended).toMatch(ENDED);
  });

  it('refuses headers that are too long', async () => {
    await serving();
    expect(await dial(`GET / HTTP/1.1\r\nx: ${'y'.repeat(9000)}\r\n\r\n`).ended).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('close ends what is open, and the socket is gone', async () => {
    const server = await serving();
    const held = dial('GET / HTTP/1.1\r\n');
    await ask('GET', '/');
    server.close();
    await held.ended;
    await expect.poll(() => existsSync(socket)).toBe(false);
  });
});

describe('a socket', () => {
  it('whose directory is missing gets one', async () => {
    socket = join(directory, 'cgprep', 's');
    await serving();
    expect((await ask('GET', '/x')).body).toBe('/x');
  });

  it('that somebody listens on is left alone', async () => {
    await serving();
    expect(await serve({ socket }, () => Promise.reject(new Error('never')))).toEqual({ errno: 'EADDRINUSE' });
    expect((await ask('GET', '/x')).body).toBe('/x');
  });

  it('that a killed run has left is replaced', async () => {
    const { signal } = spawnSync(process.execPath, [
      '-e',
      `require('node:net').createServer().listen('${socket}', () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    expect([signal, statSync(socket).isSocket()]).toEqual(['SIGKILL', true]);
    await serving();
    expect((await ask('GET', '/x')).body).toBe('/x');
  });

  it('whose place a file has is not replaced', async () => {
    writeFileSync(socket, 'theirs');
    expect(await serve({ socket }, () => Promise.reject(new Error('never')))).toEqual({ errno: 'EADDRINUSE' });
    expect(statSync(socket).size).toBe(6);
  });
});

it('does not keep the process from ending, not even with a connection open', () => {
  const program = `
    import { createServe } from '${SOURCE}/metrics-server.ts';
    import { realSyscalls } from '${SOURCE}/syscalls.ts';
    import { connect } from 'node:net';
    await createServe(realSyscalls)({ socket: '${socket}' }, async () => ({ status: 200, type: 'a', body: 'b' }));
    const client = connect('${socket}');
    await new Promise((resolve) => client.once('connect', resolve));
    client.write('GET / HTTP/1.1\\r\\n\\r\\n');
    await new Promise((resolve) => client.once('data', resolve));
    client.unref();
    console.log('end');`;
  const { status, stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 4000,
  });
  expect([status, signal, stdout]).toEqual([0, null, 'end\n']);
});
