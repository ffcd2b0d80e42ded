import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOwnFiles } from '../../../src/host/own-files.ts';
import { realSyscalls } from '../../../src/host/syscalls.ts';

const WRITTEN = { written: true };
const files = createOwnFiles(realSyscalls);

let directory = '';
const at = (name: string): string => join(directory, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cgprep-test-own-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('append', () => {
  it('makes the file and its directory, and adds line by line', () => {
    const path = at('cgprep/record.jsonl');
    expect([files.append(path, 'one', 100), files.append(path, 'two', 100)]).toEqual([WRITTEN, WRITTEN]);
    expect(text('cgprep/record.jsonl')).toBe('one\ntwo\n');
    expect([statSync(path).mode & 0o777, statSync(at('cgprep')).mode & 0o777]).toEqual([0o644, 0o755]);
  });

  it('makes one directory, not two', () => {
    expect(files.append(at('a/b/record'), 'x', 100)).toEqual({ errno: 'ENOENT' });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('keeps one full file and the one that it writes to', () => {
    for (const line of ['1234', '5678', 'abcd', 'efgh', 'ijkl']) {
      expect(files.append(at('record'), line, 10)).toEqual(WRITTEN);
    }
    expect([text('record'), text('record.1'), readdirSync(directory).length]).toEqual(['ijkl\n', 'abcd\nefgh\n', 2]);
  });

  it('fills a file to the byte', () => {
    files.append(at('record'), '1234', 9);
    files.append(at('record'), '678', 9);
    expect([text('record'), existsSync(at('record.1'))]).toEqual(['1234\n678\n', false]);
  });

  it('refuses a line that no file could hold, and keeps what is there', () => {
    files.append(at('record'), 'x', 10);
    expect(files.append(at('record'), '1234567890', 10)).toEqual({ errno: 'EFBIG' });
    expect([text('record'), readdirSync(directory)]).toEqual(['x\n', ['record']]);
  });

  it('does not follow a link', () => {
    writeFileSync(at('other'), 'theirs');
    symlinkSync(at('other'), at('record'));
    symlinkSync(at('nowhere'), at('dangling'));
    expect([files.append(at('record'), 'x', 100), files.append(at('dangling'), 'x', 100)]).toEqual([
      { errno: 'ELOOP' },
      { errno: 'ELOOP' },
    ]);
    expect([text('other'), existsSync(at('nowhere'))]).toEqual(['theirs', false]);
  });

  it('replaces a link by rotation, and leaves what it led to', () => {
    writeFileSync(at('other'), 'theirs');
    symlinkSync(at('other'), at('record.1'));
    files.append(at('record'), '1234', 5);
    files.append(at('record'), '5678', 5);
    expect([text('other'), text('record.1'), lstatSync(at('record.1')).isSymbolicLink()]).toEqual([
      'theirs',
      '1234\n',
      false,
    ]);
  });

  it('does not wait for the reader of a FIFO', () => {
    spawnSync('mkfifo', [at('record')]);
    expect(files.append(at('record'), 'x', 100)).toEqual({ errno: 'ENXIO' });
  });

  it.each([
    ['a directory in its place', 'd', 'EISDIR'],
    ['a file for its directory', 'f/record', 'ENOTDIR'],
    ['a file for the parent of its directory', 'f/d/record', 'ENOTDIR'],
    ['a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
    ['no name', 'd/', 'EINVAL'],
    ['..', 'd/..', 'EINVAL'],
    ['a NUL', 'a\0b', 'EINVAL'],
  ])('%s is an answer', (_, name, errno) => {
    mkdirSync(at('d'));
    writeFileSync(at('f'), '');
    expect(files.append(`${directory}/${name}`, 'x', 100)).toEqual({ errno });
  });

  it('a relative path is refused', () => {
    expect(files.append('record', 'x', 100)).toEqual({ errno: 'EINVAL' });
  });
});

describe('replace', () => {
  it('puts a whole new file, readable by all, in place of the old one', () => {
    writeFileSync(at('cgprep.prom'), 'a longer text than the new one');
    const before = statSync(at('cgprep.prom')).ino;
    expect(files.replace(at('cgprep.prom'), 'new\n')).toEqual(WRITTEN);
    expect([text('cgprep.prom'), readdirSync(directory)]).toEqual(['new\n', ['cgprep.prom']]);
    expect([statSync(at('cgprep.prom')).mode & 0o777, statSync(at('cgprep.prom')).ino === before]).toEqual([
      0o644,
      false,
    ]);
  });

  it('makes its directory', () => {
    expect([files.replace(at('textfile/cgprep.prom'), 'x'), text('textfile/cgprep.prom')]).toEqual([WRITTEN, 'x']);
  });

  it('replaces a link, and leaves what it led to', () => {
    writeFileSync(at('other'), 'theirs');
    symlinkSync(at('other'), at('cgprep.prom'));
    expect(files.replace(at('cgprep.prom'), 'x')).toEqual(WRITTEN);
    expect([text('other'), lstatSync(at('cgprep.prom')).isFile()]).toEqual(['theirs', true]);
  });

  it.each([
    ['a killed run', (path: string) => writeFileSync(path, 'half')],
    ['somebody who wants another file written', (path: string) => symlinkSync(at('other'), path)],
    ['somebody who wants another file emptied', (path: string) => linkSync(at('other'), path)],
  ])('takes away the temporary file of %s', (_, leave) => {
    writeFileSync(at('other'), 'theirs');
    leave(at('.cgprep.prom.tmp'));
    expect(files.replace(at('cgprep.prom'), 'x')).toEqual(WRITTEN);
    expect([text('other'), text('cgprep.prom'), readdirSync(directory)]).toEqual([
      'theirs',
      'x',
      ['cgprep.prom', 'other'],
    ]);
  });

  it('leaves no temporary file behind when a directory is in its place', () => {
    mkdirSync(at('cgprep.prom'));
    expect(files.replace(at('cgprep.prom'), 'x')).toEqual({ errno: 'EISDIR' });
    expect(readdirSync(directory)).toEqual(['cgprep.prom']);
  });

  it('writes into a directory that a link leads to, as /var/run is one', () => {
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('run'));
    expect([files.replace(at('run/cgprep.prom'), 'x'), text('real/cgprep.prom')]).toEqual([WRITTEN, 'x']);
  });
});

it('what was opened is closed', () => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  for (const name of ['record', 'a/b/record', 'd/record', '.']) {
    files.append(`${directory}/${name}`, 'x', 3);
    files.append(`${directory}/${name}`, 'y', 3);
    files.replace(`${directory}/${name}`, 'x');
  }
  expect(open()).toBe(before);
});
