/**
 * `npm run build:bin`: makes dist/cgprep-linux-x64 and dist/cgprep-linux-arm64 of the program in dist, and runs each
 * against the program under Node. CGPREP_RUNTIME=/path/to/bun makes the one for this processor of another runtime, see
 * build/runtimes/LICENSES.md.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { withTemporary } from '../test/support/real-tree.ts';
import { compile, installRuntimes, processors, runtimeVersions, thisProcessor } from './compile.ts';
import type { Processor } from './compile.ts';
import { writeNotices } from './licences.ts';
import { DIST } from './package/contents.ts';
import { assertRehearsed, rehearsalOn, withCapturedHost } from './rehearsal.ts';
import { smokeTest } from './smoke-test.ts';

const runtime = process.env['CGPREP_RUNTIME'];
const program = { directory: DIST, entry: 'program.cjs', runtime };

/** Compiles once for this processor and runs that, which leaves in `order` what it used. */
function rehearse(directory: string, order: string): void {
  const outfile = join(directory, 'cgprep');
  compile({ ...program, processor: thisProcessor(), outfile });
  withCapturedHost((root) => {
    const env = { ...process.env, BUN_BYTECODE_ORDER_OUT: order };
    assertRehearsed(spawnSync(outfile, rehearsalOn(root), { encoding: 'utf8', env }));
  });
}

function build(processor: Processor, order: string): void {
  const outfile = join(DIST, `cgprep-linux-${processor}`);
  compile({ ...program, processor, outfile, order });
  const tested = runtime === undefined ? smokeTest(outfile, processor) : 'not tested';
  console.log(`${outfile}: ${(statSync(outfile).size / 1e6).toFixed(1)} MB, ${tested}`);
}

if (runtime === undefined) {
  installRuntimes();
  writeNotices(runtimeVersions());
}
withTemporary((directory) => {
  const order = join(directory, 'order');
  rehearse(directory, order);
  for (const processor of runtime === undefined ? processors() : [thisProcessor()]) build(processor, order);
});
