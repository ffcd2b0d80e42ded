import type { OwnFiles, Refused } from '../model/ports.ts';
import { DIRECTORY_FLAGS, errnoOf, FOLLOWED_DIRECTORY_FLAGS, realOwnFileCalls as own } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

// linux/magic.h: cgroup, cgroup2
const CGROUPS: readonly number[] = [0x27e0eb, 0x63677270];
const MODE = 0o644;

type Written = { readonly written: true } | Refused;

/**
 * The only file of the program that creates, renames and removes, because these files are nobody
 * else's. Every step is relative to the opened directory, as in door.ts: what was checked is what is used.
 */
export function createOwnFiles(sys: Syscalls): OwnFiles {
  return {
    append: (path, line, limitBytes) => {
      const bytes = Buffer.from(`${line}\n`);
      if (bytes.length > limitBytes) return { errno: 'EFBIG' };
      return inDirectory(sys, path, (at, name) => {
        if (append(sys, at + name, bytes, limitBytes)) return;
        own.rename(at + name, `${at}${name}.1`);
        if (!append(sys, at + name, bytes, limitBytes)) throw new Barred('EFBIG');
      });
    },
    replace: (path, text) =>
      inDirectory(sys, path, (at, name) => {
        // node_exporter reads *.prom only.
        const temporary = `${at}.${name}.tmp`;
        const fd = createAnew(temporary);
        try {
          try {
            writeAll(sys, fd, Buffer.from(text));
          } finally {
            sys.close(fd);
          }
          own.rename(temporary, at + name);
        } catch (error) {
          own.unlink(temporary);
          throw error;
        }
      }),
  };
}

function inDirectory(sys: Syscalls, path: string, step: (at: string, name: string) => void): Written {
  const held: number[] = [];
  try {
    const { directory, name } = split(path);
    const fd = openOrMake(sys, directory, held);
    step(`/proc/self/fd/${fd}/`, name);
    return { written: true };
  } catch (error) {
    return { errno: error instanceof Barred ? error.errno : errnoOf(error) };
  } finally {
    for (const fd of held) sys.close(fd);
  }
}

/** Makes the directory of a file of our own, if only it is missing. */
export function makeDirectoryOf(sys: Syscalls, path: string): Written {
  return inDirectory(sys, path, () => undefined);
}

const S_IFMT = 0o170000n;
const S_IFSOCK = 0o140000n;

/** Takes away a socket that nobody listens on any more, and nothing that is no socket. */
export function removeDeadSocket(sys: Syscalls, path: string): void {
  if ((sys.lstat(path).mode & S_IFMT) === S_IFSOCK) own.unlink(path);
}

/** The path or the directory was not what it must be. */
class Barred extends Error {
  readonly errno: string;
  constructor(errno: string) {
    super(errno);
    this.errno = errno;
  }
}

function split(path: string): { directory: string; name: string } {
  const at = path.lastIndexOf('/');
  const name = path.slice(at + 1);
  if (!path.startsWith('/') || name === '' || name === '.' || name === '..') throw new Barred('EINVAL');
  return { directory: path.slice(0, at) || '/', name };
}

/** Opens the directory, which an administrator may have made a link; makes it if only its last part is missing. */
function openOrMake(sys: Syscalls, directory: string, held: number[]): number {
  try {
    return openOutside(sys, directory, FOLLOWED_DIRECTORY_FLAGS, held);
  } catch (error) {
    if (error instanceof Barred || errnoOf(error) !== 'ENOENT') throw error;
  }
  const { directory: parent, name } = split(directory);
  const made = `/proc/self/fd/${openOutside(sys, parent, FOLLOWED_DIRECTORY_FLAGS, held)}/${name}`;
  sys.mkdir(made, 0o755);
  return openOutside(sys, made, DIRECTORY_FLAGS, held);
}

function openOutside(sys: Syscalls, directory: string, flags: number, held: number[]): number {
  const fd = sys.open(directory, flags);
  held.push(fd);
  if (CGROUPS.includes(sys.fsType(`/proc/self/fd/${fd}`))) throw new Barred('CGROUPFS');
  return fd;
}

/** @returns false if the file would grow past the limit, and nothing was written */
function append(sys: Syscalls, path: string, bytes: Uint8Array, limitBytes: number): boolean {
  const fd = own.openToAppend(path, MODE);
  try {
    const stat = sys.fstat(fd);
    if (!stat.isFile()) throw new Barred('ENOTREG');
    const size = Number(stat.size);
    if (size + bytes.length > limitBytes) return false;
    try {
      writeAll(sys, fd, bytes);
    } catch (error) {
      // A full disk takes a part of a write; half a line would spoil the next one.
      own.truncate(fd, size);
      throw error;
    }
    return true;
  } finally {
    sys.close(fd);
  }
}

/** A temporary file that a killed run has left is removed, never written to: it could be a link by now. */
function createAnew(path: string): number {
  try {
    return own.createNew(path, MODE);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    own.unlink(path);
    return own.createNew(path, MODE);
  }
}

/** One write(2), unless the disk takes only a part; the next one then says why. */
function writeAll(sys: Syscalls, fd: number, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(sys.write(fd, rest));
}
