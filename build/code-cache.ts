/**
 * The last step of the build: puts the launcher into dist, rehearses one run of `oneshot` on a small
 * captured host, and keeps what V8 has compiled by then beside the program.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertRehearsed, rehearsalOn, withCapturedHost } from './rehearsal.ts';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const launcher = join(top, 'dist', 'cgprep.cjs');
const cache = join(top, 'dist', 'program.cache');

writeFileSync(launcher, `#!/usr/bin/env node\n${readFileSync(join(top, 'build', 'launcher.cjs'), 'utf8')}`);
chmodSync(launcher, 0o755);

withCapturedHost((root) => {
  const argv = ['node', launcher, ...rehearsalOn(root)];
  const rehearsal = `
    process.on('exit', () => {
      require('node:fs').writeFileSync(${JSON.stringify(cache)}, require(${JSON.stringify(launcher)}).createCachedData());
    });
    process.argv = ${JSON.stringify(argv)};
    require(${JSON.stringify(launcher)});
  `;
  rmSync(cache, { force: true });
  assertRehearsed(spawnSync(process.execPath, ['-e', rehearsal], { encoding: 'utf8' }));
});
