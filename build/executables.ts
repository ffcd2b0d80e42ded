/**
 * `npm run build:bin`: makes dist/cgprep-linux-x64 and dist/cgprep-linux-arm64 of the program in dist, and runs each
 * against the program under Node. CGPREP_RUNTIME=/path/to/bun makes the one for this processor of another runtime, see
 * build/runtimes/LICENSES.md.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compile, installRuntimes, processors, runtimeVersions, thisProcessor } from './compile.ts';
import { writeNotices } from './licences.ts';
import { DIST } from './package/contents.ts';
import { smokeTest } from './smoke-test.ts';

const own = process.env['CGPREP_RUNTIME'];

if (own === undefined) {
  installRuntimes();
  writeNotices(runtimeVersions());
}
for (const processor of own === undefined ? processors() : [thisProcessor()]) {
  const file = join(DIST, `cgprep-linux-${processor}`);
  compile(processor, DIST, 'program.cjs', file, own);
  const tested = own === undefined ? smokeTest(file, processor) : 'not tested';
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, ${tested}`);
}
