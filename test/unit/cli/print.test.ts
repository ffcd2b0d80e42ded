import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planned } from '../../../src/cli/audit.ts';
import type { Environment } from '../../../src/cli/environment.ts';
import { printError, printReport } from '../../../src/cli/print.ts';
import { settingsFrom } from '../../../src/config/settings.ts';
import { CgprepError } from '../../../src/errors.ts';
import { reportOf } from '../../../src/reconcile/report.ts';
import { hostWith, kubeletConfig, lookAt, v2 } from '../builders.ts';

type World = Pick<Environment, 'variables' | 'isTerminal'>;

/** What is printed on each of the two, by `print`. */
async function printed(
  print: (environment: Environment) => Promise<unknown>,
  { variables = {}, isTerminal = () => false }: Partial<World> = {},
): Promise<{ 1: string; 2: string; result: unknown }> {
  const out = { 1: '', 2: '' };
  const write = (fd: 1 | 2, text: string): void => {
    out[fd] += text;
  };
  const result = await print({ variables, isTerminal, print: write } as unknown as Environment);
  return { ...out, result };
}

const LOOK = lookAt(hostWith([v2('cpu')]), kubeletConfig());
const REPORT = reportOf({ command: 'audit', cgprepVersion: '1', ignore: [], inventory: null }, LOOK, planned(LOOK));

describe('printReport', () => {
  const report = async (given: Record<string, string>, world?: Partial<World>): Promise<string> => {
    const all = await printed((environment) => printReport(REPORT, settingsFrom(given, {}), environment), world);
    expect(all[2]).toBe('');
    return all[1];
  };

  it('json and yaml say the same', async () => {
    const json = await report({ output: 'json' });
    expect(JSON.parse(json)).toEqual(REPORT);
    expect(json.endsWith('}\n')).toBe(true);
    expect(parse(await report({ output: 'yaml' }))).toEqual(REPORT);
  });

  const terminal = { isTerminal: () => true };
  it.each<[string, Record<string, string>, Partial<World>, boolean]>([
    ['a terminal', {}, terminal, true],
    ['a pipe', {}, {}, false],
    ['NO_COLOR', {}, { ...terminal, variables: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR counts for nothing', {}, { ...terminal, variables: { NO_COLOR: '' } }, true],
    ['TERM=dumb', {}, { ...terminal, variables: { TERM: 'dumb' } }, false],
    ['always, in a pipe, over NO_COLOR', { color: 'always' }, { variables: { NO_COLOR: '1' } }, true],
    ['never, on a terminal', { color: 'never' }, terminal, false],
    ['json is never coloured', { output: 'json', color: 'always' }, terminal, false],
  ])('colours: %s', async (_, given, world, want) => {
    expect((await report(given, world)).includes('\u001b[')).toBe(want);
  });
});

describe('printError', () => {
  const ERROR = new CgprepError('CGP_SETTINGS', '/x:3: output is wrong', 'Correct it.');
  const print = (error: unknown, output: 'text' | 'json' | 'yaml') =>
    printed((environment) => printError(error, output, environment));

  it('text: one line, what to do, and the status', async () => {
    expect(await print(ERROR, 'text')).toEqual({
      1: '',
      2: 'cgprep: /x:3: output is wrong (CGP_SETTINGS)\n  Correct it.\n',
      result: 78,
    });
  });

  it('json and yaml: one object', async () => {
    const want = {
      schemaVersion: 'cgprep.error/v1',
      error: { code: 'CGP_SETTINGS', message: '/x:3: output is wrong', hint: 'Correct it.' },
    };
    const json = await print(ERROR, 'json');
    expect([json[1], JSON.parse(json[2]), json.result]).toEqual(['', want, 78]);
    const yaml = await print(ERROR, 'yaml');
    expect([yaml[1], parse(yaml[2]), yaml.result]).toEqual(['', want, 78]);
  });

  it('a bug is 70, and only there a stack is printed, and only for people', async () => {
    const bug = new TypeError('x is undefined');
    const text = await print(bug, 'text');
    expect(text.result).toBe(70);
    expect(text[2]).toMatch(
      /^cgprep: bug in cgprep: x is undefined \(CGP_INTERNAL\)\n {2}Please .*\nTypeError: x.*\n +at /,
    );
    const json = await print(bug, 'json');
    expect(JSON.parse(json[2])).toMatchObject({ error: { code: 'CGP_INTERNAL' } });
  });

  it('whatever is thrown', async () => {
    expect(await print('a string', 'text')).toMatchObject({
      2: expect.stringMatching(/^cgprep: bug in cgprep: a string/),
      result: 70,
    });
  });
});
