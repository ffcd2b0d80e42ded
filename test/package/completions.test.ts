import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ABOUT, helpText } from '../../src/cli/help.ts';
import type { Command } from '../../src/cli/options.ts';
import { because, lacking } from '../support/needs.ts';
import { withTemporary } from '../support/real-tree.ts';

const TOP = join(import.meta.dirname, '..', '..');
const COMMANDS = Object.keys(ABOUT) as Command[];
const SHARE = join(TOP, 'dist', 'share');

/** What is typed, with tabs, and the words that the shell then runs the program with. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ['au\t', ['audit']],
  ['on\t', ['oneshot']],
  ['--ver\t', ['--version']],
  ['audit --fail-on w\t', ['audit', '--fail-on', 'warning']],
  ['audit --fail\tnev\t', ['audit', '--fail-on', 'never']],
  ['audit -o j\t', ['audit', '-o', 'json']],
  ['oneshot --output=y\t', ['oneshot', '--output=yaml']],
  ['oneshot --dr\t', ['oneshot', '--dry-run']],
  ['audit --dr\t', ['audit', '--dr']],
  ['audit --config fil\t', ['audit', '--config', 'file.yaml']],
  ['audit --kubelet-config sub\tin\t', ['audit', '--kubelet-config', 'sub/inner']],
  // Directories only: the file of the same beginning is no choice.
  ['audit --root f\t', ['audit', '--root', 'folder/']],
];

/** Runs a shell on a terminal of its own, types the lines, and returns the last one that the program printed. */
function typeInto(shell: string, setUp: string, typed: string): string {
  return withTemporary((directory) => {
    mkdirSync(join(directory, 'folder'));
    mkdirSync(join(directory, 'sub'));
    writeFileSync(join(directory, 'sub', 'inner'), '');
    writeFileSync(join(directory, 'file.yaml'), '');
    // The words go to a file: the terminal's own output is full of echoes.
    const lines = [setUp, `cgprep() { printf '%s\\n' "$@" > words; }`, `cgprep ${typed}`, 'exit'];
    spawnSync('script', ['-qec', shell, '/dev/null'], {
      cwd: directory,
      input: lines.map((line) => `${line}\n`).join(''),
      env: { ...process.env, TERM: 'dumb', HOME: directory },
      timeout: 60_000,
    });
    return execFileSync('cat', [join(directory, 'words')], { encoding: 'utf8' });
  });
}

beforeAll(() => {
  execFileSync(process.execPath, [join(TOP, 'build', 'share.ts')]);
});

describe('completion in bash', () => {
  it.each(TYPED)('cgprep %j', (typed, words) => {
    const got = typeInto('bash --norc --noprofile -i', `. ${join(SHARE, 'cgprep.bash')}`, typed);
    expect(got).toBe(words.map((word) => `${word}\n`).join(''));
  });
});

const noZsh = lacking('zsh');
describe.skipIf(noZsh.length > 0)(`completion in zsh${because(noZsh)}`, () => {
  it.each(TYPED)('cgprep %j', (typed, words) => {
    const setUp = `fpath=(${SHARE} $fpath); autoload -U compinit; compinit -u -D`;
    const got = typeInto('zsh -f -i', setUp, typed);
    // zsh writes --name=value, and takes the slash back that it has put behind a directory.
    const said = (text: string): string => text.replace(/^(--[a-z-]+)=/m, '$1\n').replaceAll('/\n', '\n');
    expect(said(got)).toBe(said(words.map((word) => `${word}\n`).join('')));
  });
});

const noFish = lacking('fish');
describe.skipIf(noFish.length > 0)(`completion in fish${because(noFish)}`, () => {
  const offered = (line: string, directory?: string): string[] =>
    execFileSync(
      'fish',
      ['--no-config', '-c', `source ${join(SHARE, 'cgprep.fish')}; complete -C ${JSON.stringify(line)}`],
      {
        encoding: 'utf8',
        cwd: directory,
      },
    )
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => each.split('\t')[0] ?? '');

  it('offers commands, choices, and the options of the command', () => {
    expect(offered('cgprep ')).toEqual(COMMANDS);
    expect(offered('cgprep au')).toEqual(['audit']);
    expect(offered('cgprep audit --fail-on ')).toEqual(['error', 'never', 'warning']);
    expect(offered('cgprep audit -o j')).toEqual(['json']);
    expect(offered('cgprep oneshot --output=y')).toEqual(['--output=yaml']);
    for (const command of COMMANDS) {
      const listed = [...helpText(command).matchAll(/^  (?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name);
      expect(new Set(offered(`cgprep ${command} --`))).toEqual(new Set(['--help', ...listed]));
    }
  });

  it('offers files and directories where one is asked for', () => {
    withTemporary((directory) => {
      mkdirSync(join(directory, 'folder'));
      writeFileSync(join(directory, 'file.yaml'), '');
      expect(offered('cgprep audit --config f', directory)).toEqual(['file.yaml', 'folder/']);
      expect(offered('cgprep audit --root f', directory)).toEqual(['folder/']);
      expect(offered('cgprep audit f', directory)).toEqual([]);
    });
  });
});
