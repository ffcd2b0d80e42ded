import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRuntimeConfig, decodeVersion } from '../../../src/host/cri-messages.ts';
import { askRuntime } from '../../../src/host/cri.ts';
import { realSyscalls } from '../../../src/host/syscalls.ts';
import type { Syscalls } from '../../../src/host/syscalls.ts';
import type { RuntimeAnswer } from '../../../src/model/runtime.ts';
import { RUNTIME_CONFIG, withCri, withDirectory, withSocket } from '../../support/fake-cri.ts';
import type { FakeAnswer } from '../../support/fake-cri.ts';

/** The sockets of a test are those of the user who runs it. */
const asRoot: Syscalls = {
  ...realSyscalls,
  stat: (path) => {
    const stat = realSyscalls.stat(path);
    return { ...stat, uid: 0n, isSocket: () => stat.isSocket() };
  },
};

const SHORT_MS = 300;
const LONG_MS = 20_000;

describe('a runtime that speaks the CRI', () => {
  const answers: readonly (readonly [string, FakeAnswer, RuntimeAnswer['config']])[] = [
    ['SYSTEMD', RUNTIME_CONFIG.SYSTEMD, { kind: 'driver', number: 0 }],
    ['CGROUPFS', RUNTIME_CONFIG.CGROUPFS, { kind: 'driver', number: 1 }],
    ['an unknown driver', RUNTIME_CONFIG.unknown, { kind: 'driver', number: 7 }],
    ['a negative one', RUNTIME_CONFIG.negative, { kind: 'driver', number: -1 }],
    ['with fields of a later CRI', RUNTIME_CONFIG.newer, { kind: 'driver', number: 1 }],
    ['without a section on Linux', RUNTIME_CONFIG.withoutLinux, { kind: 'no-driver' }],
    ['from before the call', 'unimplemented', { kind: 'unimplemented' }],
    ['an error of its own', 'error', { kind: 'failed', why: 'it is\nbroken' }],
  ];

  it.each(answers)('%s', async (_, answer, config) => {
    const told = await withCri(answer, (socket) => askRuntime(asRoot, socket, LONG_MS));
    expect(told).toMatchObject({ name: 'containerd', version: 'v2.1.4', config });
  });

  it('whose CRI plugin is disabled', async () => {
    const told = await withCri('no-service', (socket) => askRuntime(asRoot, socket, LONG_MS));
    expect(told).toMatchObject({ name: null, version: null });
    expect(told?.config).toEqual({ kind: 'failed', why: 'unknown service runtime.v1.RuntimeService' });
  });

  it('and never tells its driver', async () => {
    const begun = Date.now();
    const told = await withCri('never', (socket) => askRuntime(asRoot, socket, 1000));
    expect(Date.now() - begun).toBeLessThan(10_000);
    const why: unknown = expect.stringMatching(/deadline/i);
    expect(told).toMatchObject({ name: 'containerd', config: { kind: 'failed', why } });
  });

  it('with an answer that is no message', async () => {
    const told = await withCri(Buffer.from([0x0a, 0x7f]), (socket) => askRuntime(asRoot, socket, LONG_MS));
    expect(told?.config).toMatchObject({ kind: 'failed' });
  });
});

describe('what is no runtime', () => {
  it.each([
    ['hangs', () => undefined],
    ['closes at once', (one: { end: () => unknown }) => one.end()],
    ['says something else', (one: { end: (text: string) => unknown }) => one.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends garbage', (one: { write: (bytes: Buffer) => unknown }) => one.write(Buffer.alloc(100_000, 0xa5))],
  ])('%s', async (_, greet) => {
    const begun = Date.now();
    const told = await withSocket(greet, (socket) => askRuntime(asRoot, socket, SHORT_MS));
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(told).toMatchObject({ name: null, version: null, config: { kind: 'failed' } });
  });

  it('a path with nothing at it', async () => {
    expect(await withDirectory((directory) => askRuntime(asRoot, join(directory, 'none')))).toBeNull();
  });

  it('a file', async () => {
    const told = await withDirectory((directory) => {
      const path = join(directory, 'file');
      writeFileSync(path, '');
      return askRuntime(asRoot, path);
    });
    expect(told?.config).toEqual({ kind: 'failed', why: 'it is no socket' });
  });

  it("another user's socket: nothing is said to it", async () => {
    let connections = 0;
    const others: Syscalls = {
      ...realSyscalls,
      stat: (path) => ({ ...realSyscalls.stat(path), uid: 1000n, isSocket: () => true }),
    };
    const greet = (): void => {
      connections += 1;
    };
    const told = await withSocket(greet, (socket) => askRuntime(others, socket, SHORT_MS));
    expect(told?.config).toEqual({ kind: 'failed', why: 'it belongs to user 1000, not to root' });
    expect(connections).toBe(0);
  });

  it('a directory that this user may not enter', async () => {
    const barred: Syscalls = {
      ...realSyscalls,
      stat: () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES', errno: -13 });
      },
    };
    expect((await askRuntime(barred, '/run/x.sock'))?.config).toEqual({ kind: 'not-allowed', why: 'EACCES' });
  });
});

describe('any bytes', () => {
  it('are decoded, or are no message; never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        for (const decode of [decodeRuntimeConfig, decodeVersion]) {
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
    );
  });
});
