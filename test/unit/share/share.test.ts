import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cgprep8 } from '../../../build/share/cgprep-8.ts';
import { cgprepYaml5 } from '../../../build/share/cgprep-yaml-5.ts';
import { bashCompletion, fishCompletion, zshCompletion } from '../../../build/share/completions.ts';
import { exampleSettings, SETTINGS } from '../../../build/share/settings.ts';
import { ABOUT } from '../../../src/cli/help.ts';
import { OPTIONS } from '../../../src/cli/options.ts';
import { parseSettings } from '../../../src/config/parse.ts';
import { settingsSchema } from '../../../src/config/schema.ts';

const edition = { version: '1.2.3', date: '2026-01-02' };
const errors = readFileSync('docs/errors.md', 'utf8');
/** What a page says, without its minus signs and fonts. */
const plain = (roff: string): string => roff.replaceAll('\\-', '-').replace(/\\f[BIR]/g, '');

describe('what is generated from the table of options', () => {
  const manual = plain(cgprep8(edition, errors));
  const completions = { bash: bashCompletion(), zsh: zshCompletion(), fish: fishCompletion() };

  it.each(OPTIONS)('--$name is in the manual and in every completion', ({ name, commands, choices = [] }) => {
    expect(manual).toMatch(new RegExp(`^\\.TP\\n.*--${name}\\b`, 'm'));
    const own = {
      bash: new RegExp(`--${name}[ "]`),
      zsh: new RegExp(`--${name}[=[]`),
      fish: new RegExp(` -l ${name} `),
    };
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      expect(completions[shell]).toMatch(own[shell]);
      if (choices.length > 0) expect(completions[shell]).toContain(choices.join(' '));
    }
    const line = completions.fish.split('\n').find((each) => each.includes(` -l ${name} `)) ?? '';
    expect(line).toContain(`__fish_seen_subcommand_from ${commands.join(' ')}'`);
  });

  it.each(Object.keys(ABOUT))('the command %s is in all of them', (command) => {
    expect(manual).toContain(`.B cgprep ${command}\n`);
    expect(manual).toContain(`.TP\n${command}\n`);
    expect(completions.bash).toContain(`\n    ${command}) `);
    expect(completions.zsh).toContain(`\n    ${command})\n`);
    expect(completions.fish).toContain(`-a ${command} -d`);
  });

  it('the manual has every exit status of docs/errors.md', () => {
    for (const status of ['0', '1', '64', '69', '70', '71', '75', '77', '78'])
      expect(manual).toMatch(new RegExp(`^\\.TP\\n${status}\\n\\S`, 'm'));
  });

  it('a renamed table is noticed', () => {
    expect(() => cgprep8(edition, errors.replace('## Exit status', '## Exit'))).toThrow('"Exit status"');
  });

  it('the settings file has exactly the keys that the page and the example show', () => {
    const keys = SETTINGS.map(({ key }) => key);
    expect(keys.toSorted()).toEqual(Object.keys(settingsSchema.entries).toSorted());
    const page = plain(cgprepYaml5(edition));
    for (const key of keys) expect(page).toContain(`.TP\n${key}: `);
  });

  it('the example settings set nothing, and what they show is valid', () => {
    expect(parseSettings(exampleSettings(), 'config.yaml')).toEqual({});
    const shown = exampleSettings().replace(/^#(?=\w)/gm, '');
    expect(new Set(Object.keys(parseSettings(shown, 'config.yaml')))).toEqual(new Set(SETTINGS.map(({ key }) => key)));
  });
});
