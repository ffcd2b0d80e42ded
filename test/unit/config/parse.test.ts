import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../src/config/parse.ts';

describe('parseSettings', () => {
  it.each([
    ['nothing', '', {}],
    ['a comment', '# none\n', {}],
    ['null', '~\n', {}],
    ['some', 'root: /host\ndryRun: true\nignore: [a, b]\n', { root: '/host', dryRun: true, ignore: ['a', 'b'] }],
    ['JSON', '{"output": "json"}', { output: 'json' }],
    ['a list as one word', 'ignore: a,b\n', { ignore: 'a,b' }],
    ['an alias', 'root: &r /host\nkubeletConfig: *r\n', { root: '/host', kubeletConfig: '/host' }],
    ['empty arguments', 'kubeletArgs: ""\n', { kubeletArgs: '' }],
  ])('reads %s', (_, text, want) => {
    expect(parseSettings(text, '/x')).toEqual(want);
  });

  it.each([
    ['an unknown key', 'root: /\nfrob: 1\n', '/x:2: frob is not a setting'],
    ['a key of another case', 'dryrun: true\n', '/x:1: dryrun is not a setting'],
    ['a key of an option', 'log-level: info\n', '/x:1: log-level is not a setting'],
    ['a settings file that names another', 'config: /y\n', '/x:1: config is not a setting'],
    ['a number', 'root: /\n\nkubeletVersion: 1.36\n', '/x:3: kubeletVersion is 1.36, must be string'],
    ['a word for a switch', 'dryRun: "yes"\n', '/x:1: dryRun is "yes", must be boolean'],
    ['no choice', 'output: xml\n', '/x:1: output is "xml", must be ("text" | "json" | "yaml")'],
    ['null', 'root:\n', '/x:1: root is null, must be string'],
    ['an empty word', 'root: "  "\n', expect.stringMatching(/^\/x:1: root is "  ", must /)],
    ['a number in a list', 'ignore:\n  - a\n  - 3\n', expect.stringMatching(/^\/x:[123]: ignore/)],
    ['a list', '- root\n', expect.stringMatching(/^\/x:1: the file is (?:a list|Array)\b/)],
    ['a word', 'root\n', expect.stringMatching(/^\/x:1: the file is "root", must be /)],
    ['a tab', 'root: /\n\toutput: json\n', expect.stringMatching(/^\/x:2: .*\btab/i)],
    ['a key twice', 'root: /a\nroot: /b\n', '/x:2: Map keys must be unique'],
    ['an open quote', 'root: "/\n', expect.stringMatching(/^\/x:\d: .*quote/)],
    ['two documents', 'root: /\n---\nroot: /host\n', expect.stringMatching(/^\/x:[23]: .*document/)],
    ['an unknown anchor', 'root: *r\n', expect.stringMatching(/^\/x(:1)?: .*alias/)],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseSettings(text, '/x')).toThrow(expect.objectContaining({ code: 'CGP_SETTINGS', message }));
  });

  it('refuses an alias bomb, in no time', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`,
    );
    const started = performance.now();
    expect(() => parseSettings(`a0: &a0 [x]\n${levels.join('\n')}\n`, '/x')).toThrow(
      expect.objectContaining({ code: 'CGP_SETTINGS', message: expect.stringMatching(/^\/x: .*alias/) }),
    );
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('no message has a second line', () => {
    for (const text of [
      '\t',
      'a: b: c\n',
      '[',
      '{',
      '%',
      '@',
      '"\\z"',
      'a:\n- b\n c\n',
      '&a *a',
      '!!int x',
      '? ? ?',
      '- - :',
    ]) {
      let message = '';
      try {
        parseSettings(text, '/x');
      } catch (error) {
        ({ message } = error as Error);
      }
      expect([text, message.includes('\n')]).toEqual([text, false]);
    }
  });
});
