/**
 * `npm run release:notes`: prints the current version's part of CHANGELOG.md and the checksums of what is handed out.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DIST, TOP } from './package/contents.ts';

const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as { version: string };
const sums = join(DIST, 'SHA256SUMS');

try {
  console.log(`# cgprep ${version}\n\n${changesOf(readFileSync(join(TOP, 'CHANGELOG.md'), 'utf8'), version)}\n`);
  console.log(`## Files\n\n${table()}\n\n\`sha256sum --check SHA256SUMS\` compares them.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function changesOf(changelog: string, of: string): string {
  const section = changelog.split(/^## /m).find((each) => each.split(/[,\s]/)[0] === of);
  if (section === undefined) throw new Error(`CHANGELOG.md has no heading "## ${of}": add it`);
  return section.slice(section.indexOf('\n')).trim();
}

function table(): string {
  if (!existsSync(sums)) throw new Error(`${sums} is not there: run npm run build:bin && npm run package first`);
  const rows = readFileSync(sums, 'utf8').trim().split('\n');
  return ['| file | MB | SHA-256 |', '|---|---|---|', ...rows.map(rowOf)].join('\n');
}

function rowOf(line: string): string {
  const [sum = '', name = ''] = line.split(/ +/);
  return `| \`${name}\` | ${(statSync(join(DIST, name)).size / 1e6).toFixed(1)} | \`${sum}\` |`;
}
