/**
 * The last step of the build: puts the launcher into dist, rehearses one run of `oneshot` on a small
 * captured host, and keeps what V8 has compiled by then beside the program.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layOut } from '../test/support/real-tree.ts';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const launcher = join(top, 'dist', 'cgprep.cjs');
const cache = join(top, 'dist', 'program.cache');

writeFileSync(launcher, `#!/usr/bin/env node\n${readFileSync(join(top, 'build', 'launcher.cjs'), 'utf8')}`);
chmodSync(launcher, 0o755);

const root = mkdtempSync(join(tmpdir(), 'cgprep-build-'));
try {
  layOut(root, 'legacy-no-hugetlb');
  writeFileSync(join(root, 'kubelet.yaml'), readFileSync(join(top, 'bench', 'kubelet-150.yaml')));
  const rehearsal = `
    process.on('exit', () => {
      require('node:fs').writeFileSync(${JSON.stringify(cache)}, require(${JSON.stringify(launcher)}).createCachedData());
    });
    process.argv = [process.execPath, ${JSON.stringify(launcher)}, 'oneshot', '--root', ${JSON.stringify(root)},
      '--kubelet-config', '/kubelet.yaml', '--kubelet-version', '1.36'];
    require(${JSON.stringify(launcher)});
  `;
  rmSync(cache, { force: true });
  const { status, stderr } = spawnSync(process.execPath, ['-e', rehearsal], { encoding: 'utf8' });
  // The captured tree is no cgroup filesystem, so the run must end with "host unusable", having written nothing.
  if (status !== 69) throw new Error(`the rehearsal ended with status ${String(status)}: ${stderr}`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
