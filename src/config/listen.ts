import { CgprepError } from '../errors.ts';
import type { ListenAddress } from '../model/ports.ts';

const FORMS = 'Give 127.0.0.1:9877, [::1]:9877 or unix:/run/cgprep/metrics.sock.';

/** sun_path of unix(7) has 108 bytes with the end. */
const SOCKET_PATH_BYTES = 107;

const PARTS = /^(?:(?<name>localhost)|(?<v4>\d{1,3}(?:\.\d{1,3}){3})|\[(?<v6>[\da-f:.]+)\]):(?<port>\d{1,5})$/i;

/**
 * `127.0.0.1:9877`, `[::1]:9877`, `localhost:9877` or `unix:/PATH`. An address that other machines reach is taken
 * only when it is spelled out: nobody asks for these answers but who can connect, so `:9877`, `*:9877` and
 * names, which elsewhere mean "everywhere" or what a resolver says, are refused.
 * @throws CgprepError CGP_USAGE
 */
export function parseListen(text: string): ListenAddress {
  if (text.startsWith('unix:')) return socketAt(text, text.slice('unix:'.length));
  const { name, v4, v6, port = '' } = PARTS.exec(text)?.groups ?? {};
  const host = name === undefined ? (v4 ?? v6) : '127.0.0.1';
  if (host === undefined || (v4?.split('.').some((part) => Number(part) > 255) ?? false)) {
    const wide = /^(?:\*?:)?\d+$/.test(text);
    throw usage(
      text,
      'is no address',
      wide ? `${FORMS} For every address of the machine, write 0.0.0.0 in full.` : FORMS,
    );
  }
  if (Number(port) < 1 || Number(port) > 65_535) throw usage(text, 'has no port from 1 to 65535', FORMS);
  return { host, port: Number(port) };
}

function socketAt(text: string, path: string): ListenAddress {
  if (!/^\/(?:.*[^/])?$/.test(path) || path === '/' || path.includes('\0'))
    throw usage(text, 'names no socket by an absolute path', FORMS);
  if (new TextEncoder().encode(path).length > SOCKET_PATH_BYTES)
    throw usage(text, `has a path of more than ${SOCKET_PATH_BYTES} bytes, which no socket can have`, FORMS);
  return { socket: path };
}

function usage(text: string, problem: string, hint: string): CgprepError {
  return new CgprepError('CGP_USAGE', `listen ${JSON.stringify(text)}: ${problem}`, hint);
}
