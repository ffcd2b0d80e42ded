import { describe, expect, it } from 'vitest';
import { walkDropIns } from '../../../src/probe/drop-ins.ts';
import { readerOf } from '../builders.ts';

const walk = (files: readonly string[], links: Record<string, string> = {}): string[] =>
  walkDropIns(readerOf({ dirs: ['/d'], files: Object.fromEntries(files.map((file) => [file, ''])), links }), '/d');

describe('walkDropIns', () => {
  it.each([
    ['byte order, capitals first', ['/d/b.conf', '/d/a.conf', '/d/B.conf'], ['/d/B.conf', '/d/a.conf', '/d/b.conf']],
    ['numbers as text', ['/d/9.conf', '/d/10.conf'], ['/d/10.conf', '/d/9.conf']],
    [
      'letters after digits',
      ['/d/sub/05.conf', '/d/20.conf', '/d/10.conf'],
      ['/d/10.conf', '/d/20.conf', '/d/sub/05.conf'],
    ],
    ['UTF-8, not UTF-16', ['/d/\u{1f600}.conf', '/d/\uff5e.conf'], ['/d/\uff5e.conf', '/d/\u{1f600}.conf']],
    ['only .conf', ['/d/a.conf', '/d/a.yaml', '/d/a.conf.bak', '/d/README'], ['/d/a.conf']],
    [
      'a directory is walked where its name stands',
      ['/d/30.conf', '/d/20/x.conf', '/d/20/a.conf', '/d/10.conf'],
      ['/d/10.conf', '/d/20/a.conf', '/d/20/x.conf', '/d/30.conf'],
    ],
    ['a directory named .conf is no file', ['/d/a.conf/b.conf', '/d/a.conf/c'], ['/d/a.conf/b.conf']],
    ['none', [], []],
  ])('%s', (_, files, want) => {
    expect(walk(files)).toEqual(want);
  });

  it('a slash at the end of the directory is not doubled', () => {
    expect(walkDropIns(readerOf({ files: { '/d/a.conf': '' } }), '/d//')).toEqual(['/d/a.conf']);
  });

  it('a link to a file is a drop-in, as a ConfigMap has them', () => {
    expect(walk(['/data/a'], { '/d/a.conf': '/data/a' })).toEqual(['/d/a.conf']);
  });

  it('a link to a directory is not followed (filepath.WalkDir), so none can lead in circles', () => {
    expect(walk(['/d/a.conf', '/elsewhere/x.conf'], { '/d/out': '/elsewhere' })).toEqual(['/d/a.conf']);
    expect(walk(['/d/a.conf'], { '/d/self': '/d' }).length).toBe(1);
  });

  it('a link to a directory that is named like a drop-in is read as one, which then fails', () => {
    expect(walk(['/elsewhere/x'], { '/d/a.conf': '/elsewhere' })).toEqual(['/d/a.conf']);
  });

  it('nothing is loaded from a --config-dir that is a link itself, without a word', () => {
    const reader = readerOf({ files: { '/real/a.conf': '' }, links: { '/d': '/real' } });
    expect(walkDropIns(reader, '/d')).toEqual([]);
  });

  it.each([
    ['is missing', '/nowhere', 'ENOENT'],
    ['is a file', '/d/a.conf', 'ENOTDIR'],
  ])('a directory that %s is an error, as it is to the kubelet', (_, directory, errno) => {
    expect(() => walkDropIns(readerOf({ files: { '/d/a.conf': '' } }), directory)).toThrow(
      expect.objectContaining({
        code: 'CGP_KUBELET_CONFIG',
        message: `${directory}: failed to walk through kubelet dropin directory (${errno})`,
      }),
    );
  });
});
