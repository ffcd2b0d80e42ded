/**
 * `npm run build:bin`: makes dist/cgprep-linux-x64 and dist/cgprep-linux-arm64 of the program in dist, and runs each
 * against the program under Node.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compile, installRuntimes, processors } from './compile.ts';
import { smokeTest } from './smoke-test.ts';

const dist = join(import.meta.dirname, '..', 'dist');

installRuntimes();
for (const processor of processors()) {
  const file = join(dist, `cgprep-linux-${processor}`);
  compile(processor, dist, 'program.cjs', file);
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, ${smokeTest(file, processor)}`);
}
