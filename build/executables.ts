/**
 * `npm run build:bin`: makes dist/cgprep-linux-x64 and dist/cgprep-linux-arm64 of the program in dist, and runs each
 * against the program under Node.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { withTemporary } from '../test/support/real-tree.ts';
import { compile, installRuntimes, processors, thisProcessor } from './compile.ts';
import { assertRehearsed, rehearsalOn, withCapturedHost } from './rehearsal.ts';
import { smokeTest } from './smoke-test.ts';

const dist = join(import.meta.dirname, '..', 'dist');

/** Compiles once for this processor and runs that, which leaves in `order` what it used. */
function rehearse(directory: string, order: string): void {
  const outfile = join(directory, 'cgprep');
  compile({ processor: thisProcessor(), directory: dist, entry: 'program.cjs', outfile });
  withCapturedHost((root) => {
    const env = { ...process.env, BUN_BYTECODE_ORDER_OUT: order };
    assertRehearsed(spawnSync(outfile, rehearsalOn(root), { encoding: 'utf8', env }));
  });
}

installRuntimes();
withTemporary((directory) => {
  const order = join(directory, 'order');
  rehearse(directory, order);
  for (const processor of processors()) {
    const outfile = join(dist, `cgprep-linux-${processor}`);
    compile({ processor, directory: dist, entry: 'program.cjs', outfile, order });
    console.log(`${outfile}: ${(statSync(outfile).size / 1e6).toFixed(1)} MB, ${smokeTest(outfile, processor)}`);
  }
});
