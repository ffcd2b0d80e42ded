import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes SHA256SUMS of everything in a directory that is handed out, for `sha256sum --check`. @returns its path */
export function writeChecksums(directory: string): string {
  const names = globSync(['cgprep-linux-*', '*.deb', '*.rpm', '*.tgz'], { cwd: directory });
  const sorted = names.toSorted((a, b) => (a < b ? -1 : 1));
  const lines = sorted.map((name) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex');
    return `${sum}  ${name}\n`;
  });
  writeFileSync(join(directory, 'SHA256SUMS'), lines.join(''));
  return join(directory, 'SHA256SUMS');
}
