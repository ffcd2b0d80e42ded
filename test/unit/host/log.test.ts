import { describe, expect, it } from 'vitest';
import { createLog, isJournal } from '../../../src/host/log.ts';
import type { LogLevel, Settings } from '../../../src/model/settings.ts';
import { memorySyscalls, mountHost } from '../../support/captured-host.ts';

type Level = LogLevel;

async function logged(
  settings: Partial<Pick<Settings, 'logLevel' | 'logFormat'>>,
  journal = false,
  fields: Readonly<Record<string, unknown>> = { id: 'x', deep: { a: 1 } },
): Promise<string[]> {
  const written: string[] = [];
  const log = createLog({ logLevel: 'debug', logFormat: 'auto', ...settings }, journal, (text) => {
    written.push(text);
  });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log.log(level, `a ${level}`, fields);
  expect(written, 'nothing is written before the work is done').toEqual([]);
  await log.flush();
  return written;
}

describe('createLog', () => {
  it.each<[Level, number]>([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ])('from %s on', async (logLevel, count) => {
    expect(await logged({ logLevel })).toHaveLength(count);
  });

  it('text: time, level, message, fields, one line each', async () => {
    const [first, , , last] = await logged({});
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z debug a debug id=x deep=\{"a":1\}\n$/);
    expect(last).toMatch(/ error a error /);
  });

  it('the journal: its priorities, and no time', async () => {
    expect(await logged({}, true, {})).toEqual(['<7>a debug\n', '<6>a info\n', '<4>a warn\n', '<3>a error\n']);
  });

  it('json: one object a line', async () => {
    const all = await logged({ logFormat: 'json' });
    expect(all.map((text) => JSON.parse(text) as { msg: string; level: number })).toMatchObject([
      { level: 20, msg: 'a debug', id: 'x', deep: { a: 1 } },
      { level: 30 },
      { level: 40 },
      { level: 50 },
    ]);
  });

  it.each<[Settings['logFormat'], boolean, RegExp]>([
    ['auto', true, /^<7>/],
    ['auto', false, /^\d{4}-/],
    ['text', true, /^\d{4}-/],
    ['journal', false, /^<7>/],
    ['json', true, /^\{/],
  ])('format %s, standard error is the journal: %s', async (logFormat, journal, form) => {
    expect((await logged({ logFormat }, journal))[0]).toMatch(form);
  });

  it('writes what was logged once', async () => {
    const written: string[] = [];
    const log = createLog({ logLevel: 'info', logFormat: 'text' }, false, (text) => {
      written.push(text);
    });
    await log.flush();
    log.log('info', 'a');
    await log.flush();
    await log.flush();
    expect(written).toHaveLength(1);
  });

  it('a newline in a message or field does not make a second record', async () => {
    const [first = ''] = await logged({ logLevel: 'error' }, true, { id: 'two\nlines' });
    expect(first.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('isJournal', () => {
  const sys = {
    ...memorySyscalls(mountHost({ files: {}, dirs: [], links: {} })),
    fstat: () => ({ dev: 8n, ino: 4242n }) as never,
  };
  it.each([
    ['8:4242', true],
    ['8:4243', false],
    ['', false],
    [undefined, false],
  ])('JOURNAL_STREAM=%s', (stream, want) => {
    expect(isJournal(sys, stream)).toBe(want);
  });

  it('a closed standard error is not the journal', () => {
    const closed = {
      ...sys,
      fstat: (): never => {
        throw Object.assign(new Error('EBADF'), { code: 'EBADF', errno: -9 });
      },
    };
    expect(isJournal(closed, '8:4242')).toBe(false);
  });
});
