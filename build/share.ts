/**
 * Writes to dist/share what is generated from the table of options: manual pages, completions, the example settings.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cgprep8 } from './share/cgprep-8.ts';
import { cgprepYaml5 } from './share/cgprep-yaml-5.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './share/completions.ts';
import { exampleSettings } from './share/settings.ts';
import { sourceDate } from './source-date.ts';

const top = join(import.meta.dirname, '..');
const share = join(top, 'dist', 'share');
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
const edition = { version, date: new Date(sourceDate() * 1000).toISOString().slice(0, 10) };

const files: Readonly<Record<string, string>> = {
  'cgprep.8': cgprep8(edition, readFileSync(join(top, 'docs', 'errors.md'), 'utf8')),
  'cgprep.yaml.5': cgprepYaml5(edition),
  'cgprep.bash': bashCompletion(),
  _cgprep: zshCompletion(),
  'cgprep.fish': fishCompletion(),
  'config.yaml': exampleSettings(),
};

rmSync(share, { recursive: true, force: true });
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(share, name)), { recursive: true });
  writeFileSync(join(share, name), text);
}
