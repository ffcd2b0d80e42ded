/** The only file that imports node:http. It serves; cgprep calls nobody. */
// oxlint-disable-next-line no-restricted-imports -- the server of --listen, off unless asked for
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import type { HttpAnswer, ListenAddress, Refused, Serve } from '../model/ports.ts';
import { makeDirectoryOf, removeDeadSocket } from './own-files.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** A Prometheus or two, a probe, somebody with curl. Whoever comes beyond that is turned away. */
const MAX_CONNECTIONS = 16;
const MAX_HEADER_BYTES = 8192;
/** How long a request may take to arrive, and a connection may be silent. */
const PATIENCE_MS = 5000;

/** A server that holds nothing up: few connections, short requests, and nothing that keeps the process alive. */
export function createServe(sys: Syscalls): Serve {
  return async (address, answer) => {
    if ('socket' in address) {
      // bind(2) would say ENOENT, and Node makes EACCES of that.
      const directory = makeDirectoryOf(sys, address.socket);
      if ('errno' in directory) return directory;
    }
    const first = await listen(address, answer);
    if (!('errno' in first) || first.errno !== 'EADDRINUSE' || !('socket' in address)) return first;
    // A run that was killed leaves its socket behind, and bind(2) does not replace one.
    if (await answered(address.socket)) return first;
    try {
      removeDeadSocket(sys, address.socket);
    } catch (error) {
      return { errno: errnoOf(error) };
    }
    return listen(address, answer);
  };
}

function listen(
  address: ListenAddress,
  answer: (path: string) => Promise<HttpAnswer>,
): Promise<{ close: () => void } | Refused> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: PATIENCE_MS,
      requestTimeout: PATIENCE_MS,
      keepAliveTimeout: PATIENCE_MS,
      connectionsCheckingInterval: PATIENCE_MS,
    },
    handler(answer),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(PATIENCE_MS);
  server.on('connection', (socket) => {
    socket.unref();
  });
  return new Promise((resolve) => {
    server.on('error', (error) => {
      resolve({ errno: errnoOf(error) });
    });
    const where = 'socket' in address ? { path: address.socket } : { host: address.host, port: address.port };
    server.listen(where, () => {
      server.unref();
      resolve({ close: () => closeAll(server) });
    });
  });
}

/** Who is in the middle of a request at the end of the process has no use for the answer. */
function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function handler(answer: (path: string) => Promise<HttpAnswer>): RequestListener {
  return ({ method, url = '/' }, response) => {
    const send = ({ status, type, body }: HttpAnswer): void => {
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      response.end(method === 'HEAD' ? undefined : body);
    };
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(plain(405, 'only GET and HEAD'));
      return;
    }
    answer(url.split('?')[0] ?? '/').then(send, () => {
      send(plain(500, 'a bug in cgprep'));
    });
  };
}

function plain(status: number, line: string): HttpAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

/** Does anybody listen on the socket. */
function answered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error) => {
      resolve(errnoOf(error) !== 'ECONNREFUSED');
    });
  });
}
