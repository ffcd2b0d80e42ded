import { isUtf8 } from 'node:buffer';
import type { HostReader } from '../model/ports.ts';
import { errnoOf, READ_FLAGS } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

const MAX_LINKS = 40;
const CHUNK = 64 * 1024;

/** A reader of the host below `root`, which is absolute and without a trailing slash, or `/`. */
export function createReader(sys: Syscalls, root: string): HostReader {
  const locate = (path: string): string => (root === '/' ? path : root + resolveInside(sys, root, path));
  return {
    readText: (path, limit) => attempt(() => readWhole(sys, locate(path), limit)),
    kind: (path) => attempt(() => (sys.stat(locate(path)).isDirectory() ? 'directory' : 'other')),
    isLink: (path) => {
      const at = path.lastIndexOf('/');
      const parent = path.slice(0, at) || '/';
      return isLink(sys, `${locate(parent).replace(/\/$/, '')}/${path.slice(at + 1)}`);
    },
    list: (path) =>
      attempt(() => sys.readdir(locate(path)).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))),
    stamp: (path) => {
      const found = attempt(() => sys.stat(locate(path)));
      if ('errno' in found) return found.errno;
      return `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
    },
  };
}

function attempt<T>(call: () => T): T | { errno: string } {
  try {
    return call();
  } catch (error) {
    return { errno: error instanceof NotText ? error.errno : errnoOf(error) };
  }
}

class NotText extends Error {
  readonly errno: string;
  constructor(errno: string) {
    super(errno);
    this.errno = errno;
  }
}

function readWhole(sys: Syscalls, path: string, limit: number): { text: string; mtimeMs: number } {
  const fd = sys.open(path, READ_FLAGS);
  try {
    const stat = sys.fstat(fd);
    if (stat.isDirectory()) throw new NotText('EISDIR');
    if (!stat.isFile()) throw new NotText('ENOTREG');
    const bytes = readBytes(sys, fd, limit);
    if (!isUtf8(bytes)) throw new NotText('EILSEQ');
    return { text: bytes.toString('utf8'), mtimeMs: Number(stat.mtimeMs) };
  } finally {
    sys.close(fd);
  }
}

/** One for all reads: a buffer for each is garbage of many megabytes between two collections, and watch reads for months. */
const scratch = Buffer.allocUnsafeSlow(CHUNK);

/** Files of procfs and cgroupfs have the size 0, so only the end of the file tells how long they are. */
function readBytes(sys: Syscalls, fd: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    // One byte more than allowed tells that it is too much.
    const count = sys.read(fd, scratch.subarray(0, limit - total + 1));
    if (count === 0) return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    total += count;
    if (total > limit) throw new NotText('EFBIG');
    chunks.push(Buffer.from(scratch.subarray(0, count)));
  }
}

/**
 * Where a path leads when `root` is taken for `/`, as chroot(2) would have it: an
 * absolute link on a host seen from a container means the host's file, not ours.
 */
function resolveInside(sys: Syscalls, root: string, path: string): string {
  let pending = path.split('/');
  const done: string[] = [];
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const at = `${root}/${[...done, part].join('/')}`;
    if (!isLink(sys, at)) {
      done.push(part);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw new NotText('ELOOP');
    const target = sys.readlink(at);
    if (target.startsWith('/')) done.length = 0;
    pending = [...target.split('/'), ...pending];
  }
  return `/${done.join('/')}`;
}

function isLink(sys: Syscalls, path: string): boolean {
  try {
    return sys.lstat(path).isSymbolicLink();
  } catch (error) {
    errnoOf(error);
    return false;
  }
}
