import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { because, lacking } from '../support/needs.ts';
import { PROGRAM, layOut, withTemporary } from '../support/real-tree.ts';

const program = PROGRAM[0];
const noStrace = lacking('strace');

describe('the executable', () => {
  it('asks for no libc newer than that of Node 24, 2.28', () => {
    const asked = readFileSync(program)
      .toString('latin1')
      .matchAll(/\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)/g);
    const minors = [...asked].map(([, minor]) => Number(minor));
    expect(minors.length).toBeGreaterThan(0);
    expect(Math.max(...minors)).toBeLessThanOrEqual(28);
  });

  it('takes nothing from the directory that it is started in', () => {
    withTemporary((directory) => {
      const evil = join(directory, 'evil.js');
      writeFileSync(evil, `require('node:fs').writeSync(2, 'taken ');`);
      writeFileSync(join(directory, 'bunfig.toml'), 'preload = ["./evil.js"]\n');
      writeFileSync(join(directory, '.env'), `BUN_OPTIONS=--preload=${evil}\nNODE_OPTIONS=-r ${evil}\n`);
      writeFileSync(join(directory, 'package.json'), '{"type":"module","imports":{"#a":"./evil.js"}}');
      writeFileSync(join(directory, 'tsconfig.json'), '{"compilerOptions":{"paths":{"*":["./evil.js"]}}}');
      const ran = spawnSync(program, ['--version'], { cwd: directory, encoding: 'utf8' });
      expect([ran.status, ran.stderr]).toEqual([0, '']);
      // The trap is a trap: the same file is taken when the runtime is asked to.
      const env = { BUN_OPTIONS: `--preload=${evil}` };
      expect(spawnSync(program, ['--version'], { cwd: directory, env, encoding: 'utf8' }).stderr).toBe('taken ');
    });
  });

  it('runs without any environment, and with its standard files closed', () => {
    expect(spawnSync(program, ['--version'], { env: {}, encoding: 'utf8' }).status).toBe(0);
    withTemporary((directory) => {
      layOut(directory, 'legacy-no-hugetlb');
      for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
        const script = `"$1" audit --root "$2" ${closed}`;
        expect([closed, spawnSync('sh', ['-c', script, 'sh', program, directory]).status]).toEqual([closed, 1]);
      }
    });
  });

  it.skipIf(noStrace.length > 0)(`speaks to nobody, not even when it crashes${because(noStrace)}`, () => {
    withTemporary((directory) => {
      const trace = join(directory, 'trace');
      const crash = 'inject=getcwd:signal=SEGV:when=1';
      const calls = 'getcwd,%net,execve,fork,vfork';
      const ran = spawnSync('strace', [
        '-f',
        '-qq',
        '-e',
        `trace=${calls}`,
        '-e',
        crash,
        '-o',
        trace,
        program,
        'audit',
      ]);
      expect(ran.signal ?? ran.status).not.toBe(0);
      const lines = readFileSync(trace, 'utf8').split('\n');
      expect(lines.filter((line) => line.includes('execve('))).toHaveLength(1);
      expect(lines.filter((line) => /\b(?:socket|connect|sendto|sendmsg|v?fork)\(/.test(line))).toEqual([]);
    });
  });
});
