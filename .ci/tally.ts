/**
 * Adds up what .ci/run has left in a directory and prints the closing line.
 * A suite that left no result, and a test skipped that could run here, are failures.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lacking } from '../test/support/needs.ts';
import type { Need } from '../test/support/needs.ts';

interface Tally {
  passed: number;
  readonly failed: string[];
  readonly skipped: string[];
}

interface VitestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const directory = process.argv[2] ?? '.';
const tally: Tally = { passed: 0, failed: [], skipped: [] };

addTap('steps.tap', true);
addVitest('unit.json');
addVitest('package.json');
addVitest('host.json');
addVitest('host-executable.json');
addTap('vm.log', true);

for (const name of tally.skipped) console.log(`skipped: ${name}`);
const wrongly = tally.skipped.filter((name) => couldRunHere(name));
for (const name of wrongly) tally.failed.push(`skipped, but could run here: ${name}`);
for (const name of tally.failed) console.log(`FAILED: ${name}`);
console.log(`${tally.passed} passed, ${tally.failed.length} failed, ${tally.skipped.length - wrongly.length} skipped`);
process.exitCode = tally.failed.length === 0 && tally.passed > 0 ? 0 : 1;

function addVitest(file: string): void {
  const path = join(directory, file);
  if (!existsSync(path)) {
    tally.failed.push(`${file}: the suite left no results`);
    return;
  }
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as VitestResults;
  if (testResults.length === 0) tally.failed.push(`${file}: no test was run`);
  for (const suite of testResults) {
    if (suite.assertionResults.length === 0) tally.failed.push(`${suite.name}: ${suite.status}, without a test`);
    for (const { fullName, status } of suite.assertionResults) {
      if (status === 'passed') tally.passed += 1;
      else if (status === 'failed') tally.failed.push(fullName);
      else tally.skipped.push(fullName);
    }
  }
}

/** `ok NAME`, `not ok NAME # detail`, `ok NAME # SKIP reason`. */
function addTap(file: string, required: boolean): void {
  const path = join(directory, file);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const results = lines.filter((line) => /^(?:not )?ok /.test(line));
  if (required && results.length === 0) tally.failed.push(`${file}: no result`);
  for (const line of results) {
    if (line.startsWith('not ok ')) tally.failed.push(line);
    else if (/# skip/i.test(line)) tally.skipped.push(line);
    else tally.passed += 1;
  }
}

/** A skipped test names what it needs: `[needs root, cgroup-v1]`; one that names nothing has no excuse. */
function couldRunHere(name: string): boolean {
  const needs = /\[needs ([^\]]+)\]/.exec(name)?.[1]?.split(', ') ?? [];
  return lacking(...(needs as Need[])).length === 0;
}
