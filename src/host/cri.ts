import type { Client } from '@grpc/grpc-js';
import type { RuntimeAnswer, RuntimeConfigAnswer } from '../model/runtime.ts';
import { decodeRuntimeConfig, decodeVersion } from './cri-messages.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** A runtime answers both calls in a millisecond or two; one that hangs must not hang the audit. */
const TIME_LIMIT_MS = 2000;
/** Both answers have some dozen bytes. */
const MESSAGE_LIMIT = 64 * 1024;

const SERVICE = '/runtime.v1.RuntimeService';
const UNIMPLEMENTED = 12;

/**
 * Asks a runtime who it is and which cgroup driver it has, as the kubelet does (server.go, getCgroupDriverFromCRI).
 * Only root's own sockets are spoken to, because its word decides what the report says.
 * @returns null where there is nothing at that path
 */
export async function askRuntime(
  sys: Syscalls,
  socket: string,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<RuntimeAnswer | null> {
  const silent = (config: RuntimeConfigAnswer): RuntimeAnswer => ({ socket, name: null, version: null, config });
  const problem = problemOf(sys, socket);
  if (problem === 'absent') return null;
  if (problem !== null) return silent(problem);
  const { Client, credentials } = await import('@grpc/grpc-js');
  const client = new Client(`unix://${socket}`, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MESSAGE_LIMIT,
    'grpc.enable_retries': 0,
  });
  const deadline = Date.now() + timeLimitMs;
  try {
    const [version, config] = await Promise.all([
      call(client, 'Version', decodeVersion, deadline).catch(() => ({ name: null, version: null })),
      call(client, 'RuntimeConfig', decodeRuntimeConfig, deadline).catch(failure),
    ]);
    return { socket, ...version, config };
  } finally {
    client.close();
  }
}

function problemOf(sys: Syscalls, socket: string): RuntimeConfigAnswer | 'absent' | null {
  try {
    const stat = sys.stat(socket);
    if (!stat.isSocket()) return { kind: 'failed', why: 'it is no socket' };
    return stat.uid === 0n ? null : { kind: 'failed', why: `it belongs to user ${stat.uid}, not to root` };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return 'absent';
    return errno === 'EACCES' ? { kind: 'not-allowed', why: errno } : { kind: 'failed', why: errno };
  }
}

/** One call with an empty request, which is what both take. @throws what grpc-js or `decode` has for an error */
function call<T>(client: Client, method: string, decode: (message: Buffer) => T, deadline: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const encode = (): Buffer => Buffer.alloc(0);
    client.makeUnaryRequest(`${SERVICE}/${method}`, encode, decode, null, { deadline }, (error, answer) => {
      if (error !== null) reject(error);
      else if (answer === undefined) reject(new Error('an answer without a message'));
      else resolve(answer);
    });
  });
}

function failure(error: unknown): RuntimeConfigAnswer {
  // ServiceError of grpc-js, with its code as the number that it is.
  const { code, details } = error as { readonly code?: number; readonly details?: string };
  const why = details ?? String(error);
  // Without the whole service it is not that one call which is missing: the CRI plugin is disabled.
  if (code === UNIMPLEMENTED && !why.includes('unknown service')) return { kind: 'unimplemented' };
  return /\bconnect E(?:ACCES|PERM)\b/.test(why) ? { kind: 'not-allowed', why: 'EACCES' } : { kind: 'failed', why };
}
