import { describe, expect, it } from 'vitest';
import { createDoor } from '../../../src/host/door.ts';
import { DIRECTORY_FLAGS, WRITE_FLAGS } from '../../../src/host/syscalls.ts';
import type { Syscalls } from '../../../src/host/syscalls.ts';

const MOUNT = '/sys/fs/cgroup/pids';
const ANCHOR = { mountpoint: MOUNT, type: 'cgroup', device: '0:31' } as const;

/** A file of a pretended machine; a directory is one without text. */
interface Node {
  readonly text?: string;
  readonly link?: true;
  readonly dev?: bigint;
  readonly uid?: bigint;
  readonly mount?: string;
}

/** A cgroup v1 tree as open(2) and mkdir(2) through /proc/self/fd see it. */
function machine(nodes: Readonly<Record<string, Node>>, over: Partial<Syscalls> = {}) {
  const tree = new Map<string, Node>(Object.entries({ [MOUNT]: {}, ...nodes }));
  const open = new Map<number, { path: string; read: number; text?: string }>();
  const calls: string[] = [];
  let next = 10;
  const refuse = (code: string): never => {
    throw Object.assign(new Error(code), { code, errno: -1 });
  };
  const real = (path: string): string =>
    path.replace(/^\/proc\/self\/fd\/(\d+)/, (_, fd: string) => open.get(Number(fd))?.path ?? '/closed');
  const at = (path: string): Node => tree.get(real(path)) ?? refuse('ENOENT');
  const stat = (path: string) => {
    const node = at(path);
    const ino = [...tree.keys()].indexOf(real(path));
    return { dev: node.dev ?? 31n, ino: BigInt(ino), uid: node.uid ?? 0n } as never;
  };
  const sys: Syscalls = {
    open: (path, flags) => {
      const info = /^\/proc\/self\/fdinfo\/(\d+)$/.exec(path)?.[1];
      const fd = next++;
      if (info !== undefined) {
        const mount = tree.get(open.get(Number(info))?.path ?? '')?.mount ?? '42';
        open.set(fd, { path, read: 0, text: `pos:\t0\nflags:\t02\nmnt_id:\t${mount}\nino:\t1\n` });
        return fd;
      }
      const node = at(path);
      if (node.link === true) refuse(flags === DIRECTORY_FLAGS ? 'ENOTDIR' : 'ELOOP');
      if (flags === DIRECTORY_FLAGS && node.text !== undefined) refuse('ENOTDIR');
      if (flags === WRITE_FLAGS) calls.push(`open ${real(path)}`);
      open.set(fd, { path: real(path), read: 0, ...(node.text === undefined ? {} : { text: node.text }) });
      return fd;
    },
    close: (fd) => {
      if (!open.delete(fd)) refuse('EBADF');
    },
    fstat: (fd) => stat(open.get(fd)?.path ?? ''),
    stat,
    lstat: stat,
    readlink: () => refuse('EINVAL'),
    readdir: () => [],
    read: (fd, into) => {
      const file = open.get(fd);
      const rest = Buffer.from(file?.text ?? '').subarray(file?.read ?? 0);
      const count = rest.copy(into);
      if (file !== undefined) file.read += count;
      return count;
    },
    write: (fd, bytes) => {
      calls.push(`write ${open.get(fd)?.path ?? ''} ${Buffer.from(bytes).toString()}`);
      return bytes.length;
    },
    mkdir: (path, mode) => {
      if (tree.has(real(path))) refuse('EEXIST');
      calls.push(`mkdir ${real(path)} ${mode.toString(8)}`);
      tree.set(real(path), {});
    },
    statfs: () => refuse('ENOSYS'),
    fsType: (path) => (path === '/proc' ? 0x9fa0 : 0x27e0eb),
    ...over,
  };
  return { door: createDoor(sys, '/'), calls, tree, left: () => open.size };
}

describe('makeDirectory', () => {
  it('makes one directory with the mode 0755, and closes what it opened', () => {
    const { door, calls, left } = machine({ [`${MOUNT}/a`]: {} });
    expect(door.makeDirectory(ANCHOR, '/a/b')).toEqual({ made: true });
    expect([calls, left()]).toEqual([[`mkdir ${MOUNT}/a/b 755`], 0]);
  });

  it('what is there is not made', () => {
    const { door, calls } = machine({ [`${MOUNT}/a`]: {} });
    expect([door.makeDirectory(ANCHOR, '/a'), calls]).toEqual([{ made: false }, []]);
  });

  const BESIDE = (over: Partial<Syscalls>, nodes: Readonly<Record<string, Node>> = {}) => ({ nodes, over });
  it.each([
    ['no parent', '/a/b', BESIDE({}), 'ENOENT'],
    ['a file in its place', '/tasks', BESIDE({}, { [`${MOUNT}/tasks`]: { text: '' } }), 'ENOTDIR'],
    ['a link in its place', '/a', BESIDE({}, { [`${MOUNT}/a`]: { link: true } }), 'ENOTDIR'],
    ['a link on the way', '/a/b', BESIDE({}, { [`${MOUNT}/a`]: { link: true } }), 'ENOTDIR'],
    ['a link for the mount point', '/a', BESIDE({}, { [MOUNT]: { link: true } }), 'ENOTDIR'],
    ['..', '/..', BESIDE({}), 'EINVAL'],
    ['.', '/.', BESIDE({}), 'EINVAL'],
    ['the root itself', '/', BESIDE({}), 'EINVAL'],
    ['.. on the way', '/../x', BESIDE({}), 'EINVAL'],
    [
      'another filesystem on the mount point',
      '/a',
      BESIDE({ fsType: (path) => (path === '/proc' ? 0x9fa0 : 0x1021994) }),
      'NOT_CGROUP',
    ],
    [
      'cgroup2 where v1 was',
      '/a',
      BESIDE({ fsType: (path) => (path === '/proc' ? 0x9fa0 : 0x63677270) }),
      'NOT_CGROUP',
    ],
    ['no procfs', '/a', BESIDE({ fsType: () => 0x27e0eb }), 'NO_PROC'],
    ['another hierarchy on the mount point', '/a', BESIDE({}, { [MOUNT]: { dev: 32n } }), 'OTHER_TREE'],
    ['another filesystem on the way', '/a/b', BESIDE({}, { [`${MOUNT}/a`]: { dev: 99n } }), 'OTHER_TREE'],
    ['a bind mount of the same tree on the way', '/a/b', BESIDE({}, { [`${MOUNT}/a`]: { mount: '43' } }), 'OTHER_TREE'],
    ["somebody else's directory on the way", '/a/b', BESIDE({}, { [`${MOUNT}/a`]: { uid: 1000n } }), 'NOT_ROOTS'],
  ] as const)('refuses %s, makes nothing and leaves nothing open', (_, path, { nodes, over }, errno) => {
    const { door, calls, left } = machine(nodes, over);
    expect([door.makeDirectory(ANCHOR, path), calls, left()]).toEqual([{ errno }, [], 0]);
  });

  it('a directory that the path no longer leads to is stale', () => {
    const { door } = machine({}, { stat: () => ({ dev: 31n, ino: 999n, uid: 0n }) as never });
    expect(door.makeDirectory(ANCHOR, '/a')).toEqual({ errno: 'ESTALE' });
  });

  it('reads the device number as mountinfo writes it, large ones too', () => {
    const device = (dev: bigint, name: string) =>
      machine({ [MOUNT]: { dev } }).door.read({ ...ANCHOR, device: name }, '/', 'x');
    expect(device(0x801n, '8:1')).toEqual({ errno: 'ENOENT' });
    expect(device(0x1000_12n, '0:65554')).toEqual({ errno: 'OTHER_TREE' });
    expect(device(0x10000012n, '0:65554')).toEqual({ errno: 'ENOENT' });
  });
});

describe('read and write', () => {
  const FILE = `${MOUNT}/a/cgroup.procs`;

  it('read the whole of a file', () => {
    const { door, left } = machine({ [`${MOUNT}/a`]: {}, [FILE]: { text: '1\n2\n' } });
    expect([door.read(ANCHOR, '/a', 'cgroup.procs'), left()]).toEqual([{ text: '1\n2\n' }, 0]);
  });

  it('no more than 64 KiB', () => {
    const { door } = machine({ [`${MOUNT}/a`]: {}, [FILE]: { text: 'x'.repeat(100_000) } });
    const found = door.read(ANCHOR, '/a', 'cgroup.procs');
    expect('text' in found ? found.text.length : found).toBe(65_536);
  });

  it('write in one call', () => {
    const { door, calls, left } = machine({ [`${MOUNT}/a`]: {}, [FILE]: { text: '' } });
    expect(door.write(ANCHOR, '/a', 'cgroup.procs', '+cpu +memory')).toEqual({ written: true });
    expect([calls, left()]).toEqual([[`open ${FILE}`, `write ${FILE} +cpu +memory`], 0]);
  });

  it('a file that is not there is not made', () => {
    const { door, tree } = machine({ [`${MOUNT}/a`]: {} });
    expect(door.write(ANCHOR, '/a', 'nothing', 'x')).toEqual({ errno: 'ENOENT' });
    expect(tree.has(`${MOUNT}/a/nothing`)).toBe(false);
  });

  it('a write that was cut short is an error', () => {
    const { door, left } = machine({ [`${MOUNT}/a`]: {}, [FILE]: { text: '' } }, { write: () => 1 });
    expect([door.write(ANCHOR, '/a', 'cgroup.procs', 'long'), left()]).toEqual([{ errno: 'EIO' }, 0]);
  });
});
