import type { CgroupDoor, Refused, TreeAnchor } from '../model/ports.ts';
import { DIRECTORY_FLAGS, errnoOf, READ_FLAGS, WRITE_FLAGS } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

// linux/magic.h
const PROC_SUPER_MAGIC = 0x9fa0;
const MAGIC = { cgroup: 0x27e0eb, cgroup2: 0x63677270 } as const;
const LIMIT = 64 * 1024;

/**
 * The guarded door. Every step is made relative to an opened directory, through
 * /proc/self/fd, because Node has no mkdirat(2): a path that is swapped for a link
 * between check and use then leads nowhere. The filesystem's magic number alone
 * proves little (CVE-2025-52881), so each directory must also be on the anchored
 * device and on the mount that we started from.
 */
export function createDoor(sys: Syscalls, root: string): CgroupDoor {
  const guarded = <T>(anchor: TreeAnchor, path: string, step: (fd: number) => T): T | Refused => {
    const held: number[] = [];
    try {
      return walk(sys, root, anchor, path, held, step);
    } catch (error) {
      return { errno: error instanceof Barred ? error.errno : errnoOf(error) };
    } finally {
      for (const fd of held) sys.close(fd);
    }
  };
  return {
    makeDirectory: (anchor, path) => {
      const parent = path.slice(0, path.lastIndexOf('/')) || '/';
      const name = path.slice(path.lastIndexOf('/') + 1);
      return guarded(anchor, parent, (fd) => makeUnder(sys, fd, name, hostPath(root, anchor.mountpoint, path)));
    },
    read: (anchor, path, file) =>
      guarded(anchor, path, (fd) => ({ text: readFile(sys, `/proc/self/fd/${fd}/${file}`) })),
    write: (anchor, path, file, text) =>
      guarded(anchor, path, (fd) => {
        writeFile(sys, `/proc/self/fd/${fd}/${file}`, text);
        return { written: true as const };
      }),
  };
}

/** A directory on the way was not what it must be. */
class Barred extends Error {
  readonly errno: string;
  constructor(errno: string) {
    super(errno);
    this.errno = errno;
  }
}

function hostPath(root: string, mountpoint: string, path: string): string {
  return `${root === '/' ? '' : root}${mountpoint}${path === '/' ? '' : path}`;
}

/** Opens the mount point and then each directory of `path`, checks each, and hands the last one to `step`. */
function walk<T>(
  sys: Syscalls,
  root: string,
  anchor: TreeAnchor,
  path: string,
  held: number[],
  step: (fd: number) => T,
): T {
  if (sys.fsType('/proc') !== PROC_SUPER_MAGIC) throw new Barred('NO_PROC');
  let fd = sys.open(hostPath(root, anchor.mountpoint, '/'), DIRECTORY_FLAGS);
  held.push(fd);
  if (sys.fsType(`/proc/self/fd/${fd}`) !== MAGIC[anchor.type]) throw new Barred('NOT_CGROUP');
  const dev = sys.fstat(fd).dev;
  if (deviceName(dev) !== anchor.device) throw new Barred('OTHER_TREE');
  const mount = mountId(sys, fd);
  for (const part of path.split('/')) {
    if (part === '') continue;
    fd = openUnder(sys, fd, part, held);
    const stat = sys.fstat(fd);
    if (stat.dev !== dev || mountId(sys, fd) !== mount) throw new Barred('OTHER_TREE');
    if (stat.uid !== 0n) throw new Barred('NOT_ROOTS');
  }
  return step(fd);
}

function openUnder(sys: Syscalls, parent: number, name: string, held: number[]): number {
  assertOneName(name);
  const fd = sys.open(`/proc/self/fd/${parent}/${name}`, DIRECTORY_FLAGS);
  held.push(fd);
  return fd;
}

/** The planner validates names; the door does not rely on it. */
function assertOneName(name: string): void {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new Barred('EINVAL');
}

/**
 * mkdir is the arbiter between two runs at once, so "it exists" is an answer like
 * any other. But the kernel says EEXIST for `.`, `..` and its own files too: only
 * a directory that can be opened, and that the path still leads to, is success.
 */
function makeUnder(sys: Syscalls, parent: number, name: string, fullPath: string): { made: boolean } {
  assertOneName(name);
  let made = true;
  try {
    sys.mkdir(`/proc/self/fd/${parent}/${name}`, 0o755);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    made = false;
  }
  const held: number[] = [];
  try {
    const here = sys.fstat(openUnder(sys, parent, name, held));
    const there = sys.stat(fullPath);
    if (here.dev !== there.dev || here.ino !== there.ino) throw new Barred('ESTALE');
    return { made };
  } finally {
    for (const fd of held) sys.close(fd);
  }
}

/** st_dev as mountinfo writes it: glibc's gnu_dev_major and gnu_dev_minor. */
function deviceName(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** proc_pid_fdinfo(5): two mounts of one filesystem have the same device but different mount ids. */
function mountId(sys: Syscalls, fd: number): string {
  const id = /^mnt_id:\s*(\d+)$/m.exec(readFile(sys, `/proc/self/fdinfo/${fd}`))?.[1];
  if (id === undefined) throw new Barred('NO_PROC');
  return id;
}

/** One for all reads, as in reader.ts. */
const scratch = Buffer.allocUnsafeSlow(LIMIT);

function readFile(sys: Syscalls, path: string): string {
  const fd = sys.open(path, READ_FLAGS);
  try {
    let length = 0;
    while (length < LIMIT) {
      const count = sys.read(fd, scratch.subarray(length));
      if (count === 0) break;
      length += count;
    }
    return scratch.toString('utf8', 0, length);
  } finally {
    sys.close(fd);
  }
}

function writeFile(sys: Syscalls, path: string, text: string): void {
  const fd = sys.open(path, WRITE_FLAGS);
  try {
    const bytes = Buffer.from(text);
    if (sys.write(fd, bytes) !== bytes.length) throw new Barred('EIO');
  } finally {
    sys.close(fd);
  }
}
