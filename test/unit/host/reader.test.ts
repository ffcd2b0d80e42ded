import { describe, expect, it } from 'vitest';
import { createReader } from '../../../src/host/reader.ts';
import type { Syscalls } from '../../../src/host/syscalls.ts';
import { memorySyscalls, mountHost } from '../../support/captured-host.ts';
import { readerOf } from '../builders.ts';

/** A host below /host on a machine that has files of the same names, which must never be read instead. */
const FILES = {
  '/host/etc/k': 'host',
  '/host/real/k': 'host',
  '/host/data/1/k': 'host',
  '/etc/k': 'WRONG',
  '/real/k': 'WRONG',
  '/data/1/k': 'WRONG',
  '/secret': 'WRONG',
  '/hostile': 'WRONG',
};
const LINKS = {
  '/host/absolute': '/etc/k',
  '/host/relative': 'etc/k',
  '/host/dir': '/real',
  '/host/up': '../../../../etc/k',
  '/host/sub/up': '../etc/k',
  '/host/chain': '/absolute',
  '/host/out': '/../secret',
  '/host/sibling': '../hostile',
  '/host/loop': '/loop',
  '/host/ping': 'pong',
  '/host/pong': './ping',
  '/host/self': 'self/x',
  '/host/dangling': '/nowhere',
  '/host/todir/..data': '../data/1',
  '/host/todir/k': '..data/k',
  '/host/slashes': '//etc///./k',
  '/host/through': '/etc/k/../k',
};

const reader = readerOf({ files: FILES, links: LINKS }, '/host');
const read = (path: string): string => {
  const found = reader.readText(path, 1024);
  return 'errno' in found ? found.errno : found.text;
};

describe('the reader below another root', () => {
  it.each([
    ['a file', '/etc/k', 'host'],
    ['an absolute link', '/absolute', 'host'],
    ['a relative link', '/relative', 'host'],
    ['a link on the way', '/dir/k', 'host'],
    ['a link to a link', '/chain', 'host'],
    ['a link that climbs as high as it can', '/up', 'host'],
    ['a link that climbs one step', '/sub/up', 'host'],
    ['a path that climbs', '/../../etc/k', 'host'],
    ['a path that climbs out of a link', '/dir/../etc/k', 'host'],
    ['the links of a ConfigMap', '/todir/k', 'host'],
    ['needless slashes', '/slashes', 'host'],
    ['a link out', '/out', 'ENOENT'],
    ['a link to a directory beside the root', '/sibling', 'ENOENT'],
    ['a link to itself', '/loop', 'ELOOP'],
    ['two links to each other', '/ping', 'ELOOP'],
    ['a link that grows', '/self', 'ELOOP'],
    ['a link to nothing', '/dangling', 'ENOENT'],
    ['nothing', '/nowhere', 'ENOENT'],
  ])('%s', (_, path, want) => {
    expect(read(path)).toBe(want);
  });

  it('40 links are followed and 41 are not, as by the kernel', () => {
    const links: Record<string, string> = {};
    for (let at = 1; at <= 41; at += 1) links[`/host/l${at}`] = `l${at - 1}`;
    const chained = readerOf({ files: { '/host/l0': 'end' }, links }, '/host');
    expect([chained.readText('/l40', 9), chained.readText('/l41', 9)]).toEqual([
      expect.objectContaining({ text: 'end' }),
      { errno: 'ELOOP' },
    ]);
  });

  it('looks and lists inside the root too', () => {
    expect([reader.kind('/dir'), reader.kind('/absolute'), reader.kind('/loop'), reader.list('/dir')]).toEqual([
      'directory',
      'other',
      { errno: 'ELOOP' },
      ['k'],
    ]);
  });
});

describe('the reader of the host itself', () => {
  it('leaves links to the kernel', () => {
    const own = readerOf({ files: { '/etc/k': 'own' }, links: { '/l': '/etc/k' } });
    expect([own.readText('/l', 9), own.kind('/l'), own.kind('/etc')]).toMatchObject([
      { text: 'own' },
      'other',
      'directory',
    ]);
  });
});

describe('readText', () => {
  const plain = readerOf({
    files: { '/f': 'äöü', '/empty': '', '/long': 'x'.repeat(200_000), '/cut': 'x' },
    dirs: ['/d'],
  });

  it.each([
    ['to the byte', '/f', 6, 'äöü'],
    ['one byte more than the limit', '/f', 5, 'EFBIG'],
    ['empty', '/empty', 0, ''],
    ['several chunks', '/long', 200_000, 'x'.repeat(200_000)],
    ['several chunks, one byte too long', '/long', 199_999, 'EFBIG'],
    ['a directory', '/d', 9, 'EISDIR'],
    ['a file for a directory', '/f/x', 9, 'ENOTDIR'],
  ])('%s', (_, path, limit, want) => {
    const found = plain.readText(path, limit);
    expect('errno' in found ? found.errno : found.text).toBe(want);
  });

  it('says when the file was changed last, in milliseconds', () => {
    expect(plain.readText('/f', 9)).toMatchObject({ mtimeMs: 1_700_000_000_000 });
  });

  const odd = (over: Partial<Syscalls>) => {
    const closed: number[] = [];
    const base = memorySyscalls(mountHost({ files: { '/f': 'x' }, dirs: [], links: {} }));
    const close = (fd: number): void => {
      closed.push(fd);
      base.close(fd);
    };
    const found = createReader({ ...base, close, ...over }, '/').readText('/f', 99);
    return { errno: 'errno' in found ? found.errno : null, closed: closed.length };
  };
  const bytes = (...given: readonly number[]): Syscalls['read'] => {
    let left = given;
    return (_, into) => {
      into.set(left);
      const count = left.length;
      left = [];
      return count;
    };
  };

  it.each<[string, Partial<Syscalls>, string, number]>([
    [
      'a FIFO or a terminal',
      { fstat: () => ({ isDirectory: () => false, isFile: () => false }) as never },
      'ENOTREG',
      1,
    ],
    ['half a character', { read: bytes(0x61, 0xc3) }, 'EILSEQ', 1],
    ['UTF-16', { read: bytes(0xff, 0xfe, 0x61, 0) }, 'EILSEQ', 1],
    ['no permission', { open: () => refuse('EACCES', -13) }, 'EACCES', 0],
    ['a read that fails', { read: () => refuse('EIO', -5) }, 'EIO', 1],
    ['an errno without a name in Node', { open: () => refuse('Unknown system error -116', -116) }, 'ESTALE', 0],
  ])('%s: and the file is closed', (_, over, errno, closed) => {
    expect(odd(over)).toEqual({ errno, closed });
  });

  it('a NUL in a path is an answer, not a crash', () => {
    const open = (): never => {
      throw Object.assign(new TypeError('must be a string without null bytes'), { code: 'ERR_INVALID_ARG_VALUE' });
    };
    expect(odd({ open }).errno).toBe('EINVAL');
  });

  it('a bug is not taken for an answer of the system', () => {
    const open = (): never => {
      throw new TypeError('x is undefined');
    };
    expect(() => odd({ open })).toThrow('x is undefined');
  });
});

describe('list', () => {
  it('is in byte order, not in that of a language', () => {
    const files = Object.fromEntries(
      ['b', 'a', 'B', 'ä', 'Z', '10', '9', '\u{1f600}', '\uff5e'].map((name) => [`/d/${name}`, '']),
    );
    expect(readerOf({ files }).list('/d')).toEqual(['10', '9', 'B', 'Z', 'a', 'b', 'ä', '\uff5e', '\u{1f600}']);
  });

  it('of a file is refused', () => {
    expect(readerOf({ files: { '/f': '' } }).list('/f')).toEqual({ errno: 'ENOTDIR' });
  });
});

function refuse(code: string, errno: number): never {
  throw Object.assign(new Error(code), { code, errno });
}
