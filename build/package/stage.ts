import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Packaged } from './contents.ts';

/** Lays files out below a directory of their own, which is gone after `use`. */
export function staged(files: readonly Packaged[], use: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'cgprep-package-'));
  const old = process.umask(0o022);
  try {
    // mkdtemp makes it 0700, and it becomes the package's root directory.
    chmodSync(directory, 0o755);
    for (const { path, from, mode } of files) {
      const target = join(directory, path);
      mkdirSync(dirname(target), { recursive: true });
      if (typeof from === 'string') copyFileSync(from, target);
      else writeFileSync(target, from);
      chmodSync(target, mode);
    }
    use(directory);
  } finally {
    process.umask(old);
    rmSync(directory, { recursive: true, force: true });
  }
}
