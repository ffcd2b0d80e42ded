/** The licences of an executable: cgprep's, those of the npm packages in it, and those of its runtime. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DIST, NOTICES, TOP } from './package/contents.ts';

const runtimes = join(import.meta.dirname, 'runtimes');
const LINE = '-'.repeat(80);

/** All that apply to an executable, by their SPDX names, the one of cgprep itself first. */
export const LICENCES = [
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'IJG',
  'ISC',
  'LGPL-2.0-or-later',
  'LGPL-2.1-or-later',
  'MIT',
  'Unicode-3.0',
  'Zlib',
] as const;

/** What build/runtimes/LICENSES.md has to say of the pinned runtime. @throws Error if it speaks of another one */
export function runtimeLicences(): string {
  const text = read(runtimes, 'LICENSES.md');
  const { dependencies } = JSON.parse(read(runtimes, 'package.json')) as { dependencies: Record<string, string> };
  const said = /\*\*Bun (\S+)\*\*/.exec(text)?.[1];
  for (const [name, version] of Object.entries(dependencies))
    if (version !== said)
      throw new Error(`build/runtimes/LICENSES.md is about Bun ${String(said)}, and ${name} is pinned at ${version}`);
  return text;
}

/**
 * Writes the notices that go with the executables, into one file.
 * @param versions the runtime's own `process.versions`
 * @throws Error if something in an executable has no notice
 */
export function writeNotices(versions: Readonly<Record<string, string>>): void {
  const runtime = runtimeLicences();
  const unnamed = Object.entries(versions).filter(([, it]) => /^[0-9a-f]{40}$/.test(it) && !runtime.includes(it));
  if (unnamed.length > 0)
    throw new Error(
      `build/runtimes/LICENSES.md has not the runtime's ${unnamed.map((each) => each.join(' ')).join(', ')}`,
    );
  const npm = read(DIST, 'THIRD-PARTY-LICENSES.txt');
  for (const [line, licence = ''] of npm.matchAll(/^\S+ \d+\.\d+\.\d+ \((.+)\)$/gm))
    if (!LICENCES.some((name) => name === licence)) throw new Error(`${line}: its licence is not in build/licences.ts`);
  const files = globSync('licences/*.txt', { cwd: runtimes }).toSorted((a, b) => (a < b ? -1 : 1));
  const texts = files.map((file) => `${basename(file, '.txt')}\n\n${read(runtimes, file)}`);
  const parts = [npm, runtime, `Apache-2.0\n\n${read(TOP, 'LICENSE')}`, ...texts];
  writeFileSync(NOTICES, parts.join(`\n${LINE}\n\n`));
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}
