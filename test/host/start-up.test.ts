import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIST, buildOnce, layOut, withTemporary } from '../support/real-tree.ts';

/** Parts of Node that cost milliseconds to load, and that oneshot has no use for. */
const HEAVY =
  /^NativeModule (?:tty|net|stream|child_process|worker_threads|crypto|http|https|tls|dgram|readline|fs\/promises)$/;

describe('the built program starts light', () => {
  beforeAll(buildOnce);

  /** Runs it on a captured host without systemd, and returns what Node had loaded by the end. */
  const loadedBy = (...argv: string[]): string[] =>
    withTemporary((directory) => {
      layOut(directory, 'legacy-no-hugetlb');
      const hook = join(directory, 'hook.cjs');
      const list = join(directory, 'list');
      writeFileSync(
        hook,
        `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')));`,
      );
      const config = join(import.meta.dirname, '..', '..', 'bench', 'kubelet-150.yaml');
      writeFileSync(join(directory, 'kubelet.yaml'), readFileSync(config));
      const ran = spawnSync(
        process.execPath,
        ['-r', hook, DIST, ...argv, '--root', directory, '--kubelet-config', '/kubelet.yaml'],
        { encoding: 'utf8' },
      );
      expect([ran.status, ran.stderr]).toEqual([1, '']);
      return readFileSync(list, 'utf8').split('\n');
    });

  it.each(['oneshot --dry-run', 'audit', 'audit -o json'])('%s loads nothing heavy', (command) => {
    const loaded = loadedBy(...command.split(' '));
    expect(loaded.length).toBeGreaterThan(50);
    expect(loaded.filter((name) => HEAVY.test(name))).toEqual([]);
  });

  it('takes the code cache that the build left', () => {
    const script = `const s = require(${JSON.stringify(DIST)}); process.stderr.write(String(s.cachedDataRejected));`;
    const { stderr } = spawnSync(process.execPath, ['-e', `process.argv[2] = '--version';${script}`, 'x'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('false');
  });

  it('runs all the same without the cache, and with a spoiled one', () => {
    withTemporary((directory) => {
      spawnSync('cp', ['-r', join(DIST, '..'), join(directory, 'dist')]);
      const program = join(directory, 'dist', 'cgprep.cjs');
      for (const spoil of [`rm ${directory}/dist/program.cache`, `echo spoiled > ${directory}/dist/program.cache`]) {
        spawnSync('sh', ['-c', spoil]);
        const ran = spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
        expect([ran.status, ran.stdout]).toEqual([0, expect.stringMatching(/^cgprep \d+\.\d+\.\d+\n$/)]);
      }
    });
  });
});
