import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';

/**
 * What a runtime answers to RuntimeConfig: the bytes of its message, that it does not know the call, an error, or
 * nothing at all.
 */
export type FakeAnswer = Buffer | 'unimplemented' | 'no-service' | 'error' | 'never';

/** Field 1 of RuntimeConfigResponse is `linux`, whose field 1 is `cgroup_driver`, written as protoc's code does. */
export const RUNTIME_CONFIG = {
  SYSTEMD: Buffer.from([0x0a, 0x00]),
  CGROUPFS: Buffer.from([0x0a, 0x02, 0x08, 0x01]),
  unknown: Buffer.from([0x0a, 0x02, 0x08, 0x07]),
  withoutLinux: Buffer.alloc(0),
  // -1 as an int32, and a field that a later CRI may bring.
  negative: Buffer.from([0x0a, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
  newer: Buffer.from([0x1d, 1, 2, 3, 4, 0x12, 0x01, 0x78, 0x0a, 0x04, 0x10, 0x05, 0x08, 0x01]),
} as const;

function versionMessage(name: string, version: string): Buffer {
  const text = (field: number, word: string): Buffer =>
    Buffer.concat([Buffer.from([(field << 3) | 2, Buffer.byteLength(word)]), Buffer.from(word)]);
  return Buffer.concat([text(1, '0.1.0'), text(2, name), text(3, version), text(4, 'v1')]);
}

type Unary = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => void;

/** Serves the CRI on a socket, uses it, and takes it away again. */
export async function withCri<T>(
  config: FakeAnswer,
  use: (socket: string) => Promise<T>,
  [name, version]: readonly [string, string] = ['containerd', 'v2.1.4'],
): Promise<T> {
  return withDirectory(async (directory) => {
    const server = new Server();
    const method = (path: string, handle: Unary): void => {
      const plain = (bytes: Buffer): Buffer => bytes;
      server.register(path, handle, plain, plain, 'unary');
    };
    if (config !== 'no-service') {
      method('/runtime.v1.RuntimeService/Version', ({ request }, done) => {
        done(request.length === 0 ? null : { code: status.INVALID_ARGUMENT }, versionMessage(name, version));
      });
    }
    method('/runtime.v1.RuntimeService/RuntimeConfig', (_, done) => {
      if (Buffer.isBuffer(config)) done(null, config);
      else if (config === 'error') done({ code: status.UNKNOWN, details: 'it is\nbroken' });
      else if (config === 'no-service')
        done({ code: status.UNIMPLEMENTED, details: 'unknown service runtime.v1.RuntimeService' });
      else if (config === 'unimplemented')
        done({
          code: status.UNIMPLEMENTED,
          details: 'unknown method RuntimeConfig for service runtime.v1.RuntimeService',
        });
    });
    const socket = join(directory, 'cri.sock');
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    try {
      return await use(socket);
    } finally {
      server.forceShutdown();
    }
  });
}

/** Listens on a socket, and does with each connection what `greet` says. */
export async function withSocket<T>(greet: (one: Socket) => void, use: (socket: string) => Promise<T>): Promise<T> {
  return withDirectory(async (directory) => {
    const open = new Set<Socket>();
    const server = createServer((one) => {
      open.add(one);
      one.on('error', () => undefined);
      greet(one);
    });
    const socket = join(directory, 'any.sock');
    server.listen(socket);
    await once(server, 'listening');
    try {
      return await use(socket);
    } finally {
      for (const one of open) one.destroy();
      server.close();
    }
  });
}

export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'cgprep-test-cri-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
