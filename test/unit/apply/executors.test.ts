import { describe, expect, it } from 'vitest';
import { EXECUTORS } from '../../../src/apply/executors.ts';
import type { Result } from '../../../src/apply/executors.ts';
import type { Action } from '../../../src/model/plan.ts';
import type { CgroupDoor, Systemd, SystemdRefusal } from '../../../src/model/ports.ts';
import { v2 } from '../builders.ts';

const COMMON = { id: 'x', target: '/sys/fs/cgroup/a', why: 'wanted', needed: true, mountpoint: '/sys/fs/cgroup' };
const MAKE: Action<'make-directory'> = { ...COMMON, action: 'make-directory', path: '/a' };
const SEED: Action<'seed-cpuset'> = { ...COMMON, action: 'seed-cpuset', path: '/a', file: 'cpuset.mems', value: '0' };
const ENABLE: Action<'enable-controllers'> = {
  ...COMMON,
  action: 'enable-controllers',
  path: '/a',
  controllers: ['cpu', 'memory'],
};

/** A door whose files say what is given; an errno in capitals is an answer too. Calls that change are noted. */
function door(files: Readonly<Record<string, string>>, changes: string[] = []): CgroupDoor {
  const answer = <T>(key: string, good: T): T | { errno: string } => {
    const given = files[key];
    return given !== undefined && /^E[A-Z]+$/.test(given) ? { errno: given } : good;
  };
  return {
    makeDirectory: () => answer('mkdir', { made: files['mkdir'] !== 'there' }),
    read: (_, path, file) => answer(`${path}/${file}`, { text: files[`${path}/${file}`] ?? '' }),
    write: (_, path, file, text) => {
      changes.push(`${path}/${file} ${text}`);
      return answer('write', { written: true });
    },
  };
}

type Given = Readonly<Record<string, string>>;

function execute<K extends 'make-directory' | 'seed-cpuset' | 'enable-controllers'>(
  action: Action<K>,
  files: Given,
): { result: Result; changes: string[] } {
  const changes: string[] = [];
  const executor = EXECUTORS[action.action] as (world: unknown, action: Action<K>) => Result;
  return { result: executor({ door: door(files, changes), systemd: null, anchors: [v2()] }, action), changes };
}

describe('make-directory', () => {
  it.each([
    ['made', {}, 'done'],
    ['somebody was faster', { mkdir: 'there' }, 'unchanged'],
    ['the parent has gone', { mkdir: 'ENOENT' }, 'stale'],
    ['refused', { mkdir: 'EROFS' }, 'failed'],
  ])('%s', (_, files: Given, outcome) => {
    expect(execute(MAKE, files).result.outcome).toBe(outcome);
  });
});

describe('seed-cpuset', () => {
  const FILE = '/a/cpuset.mems';
  it.each([
    ['empty', { [FILE]: '\n' }, 'done', [`${FILE} 0`]],
    ['somebody filled it since', { [FILE]: '1\n' }, 'unchanged', []],
    ['it has gone', { [FILE]: 'ENOENT' }, 'stale', []],
    ['the parent is empty', { [FILE]: '\n', write: 'EACCES' }, 'failed', [`${FILE} 0`]],
    ['it went between read and write', { [FILE]: '\n', write: 'ENODEV' }, 'stale', [`${FILE} 0`]],
  ])('%s', (_, files: Given, outcome, changes) => {
    const done = execute(SEED, files);
    expect([done.result.outcome, done.changes]).toEqual([outcome, changes]);
  });
});

describe('enable-controllers', () => {
  const FILE = '/a/cgroup.subtree_control';
  const WORDS = [`${FILE} +cpu +memory`];
  it.each([
    ['nothing enabled: all words in one write', { [FILE]: '\n' }, 'done', WORDS],
    ['others enabled', { [FILE]: 'io pids\n' }, 'done', WORDS],
    ['one of them enabled', { [FILE]: 'cpu\n' }, 'done', WORDS],
    ['all enabled since', { [FILE]: 'memory io cpu\n' }, 'unchanged', []],
    ['a word that only begins like ours is not it', { [FILE]: 'cpuset memory\n' }, 'done', WORDS],
    ['processes have moved in since: nothing is tried', { [FILE]: '\n', '/a/cgroup.procs': '12\n' }, 'stale', []],
    ['its processes cannot be read: nothing is tried', { [FILE]: '\n', '/a/cgroup.procs': 'EACCES' }, 'stale', []],
    ['it has gone', { [FILE]: 'ENODEV' }, 'stale', []],
    ['busy', { [FILE]: '\n', write: 'EBUSY' }, 'failed', WORDS],
    ['not given from above any more', { [FILE]: '\n', write: 'ENOENT' }, 'stale', WORDS],
  ])('%s', (_, files: Given, outcome, changes) => {
    const done = execute(ENABLE, files);
    expect([done.result.outcome, done.changes]).toEqual([outcome, changes]);
  });

  it('the root may hold processes', () => {
    const done = execute({ ...ENABLE, path: '/' }, { '//cgroup.procs': '1\n' });
    expect(done.result.outcome).toBe('done');
  });
});

describe('a hierarchy that is no longer mounted', () => {
  it.each([MAKE, SEED, ENABLE])('$action is stale', (action) => {
    const executor = EXECUTORS[action.action] as (world: unknown, action: Action) => Result;
    expect(executor({ door: door({}), systemd: null, anchors: [v2('cpu', { mountpoint: '/mnt' })] }, action)).toEqual({
      outcome: 'stale',
      error: null,
    });
  });
});

describe('systemd', () => {
  const START: Action<'start-slice'> = { ...COMMON, action: 'start-slice', target: 'a.slice', unit: 'a.slice' };
  const SET: Action<'set-properties'> = {
    ...COMMON,
    action: 'set-properties',
    target: 'a.slice',
    unit: 'a.slice',
    properties: ['CPUWeight=100'],
  };
  const calls: string[] = [];
  const systemd = (answer: { done: true } | SystemdRefusal): Systemd => ({
    show: () => ({ text: '' }),
    start: (unit) => {
      calls.push(`start ${unit}`);
      return answer;
    },
    setProperties: (unit, properties) => {
      calls.push(`set ${unit} ${properties.join(' ')}`);
      return answer;
    },
  });
  const ask = (answer: { done: true } | SystemdRefusal | null): Result[] => {
    const world = { door: door({}), systemd: answer === null ? null : systemd(answer), anchors: [] };
    return [EXECUTORS['start-slice'](world, START), EXECUTORS['set-properties'](world, SET)];
  };

  it('is asked for the unit and its properties', () => {
    calls.length = 0;
    expect(ask({ done: true }).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(calls).toEqual(['start a.slice', 'set a.slice CPUWeight=100']);
  });

  it.each([
    ['no answer in time', { refusal: 'Connection timed out', unreachable: true }, 'temporary'],
    ['not root', { refusal: 'Access denied', unreachable: false }, 'permission'],
    ['polkit', { refusal: 'Interactive authentication required.', unreachable: false }, 'permission'],
    ['masked', { refusal: 'Unit a.slice is masked.', unreachable: false }, 'rejected'],
    ['none to ask', null, 'rejected'],
  ])('%s', (_, answer, kind) => {
    for (const { outcome, error } of ask(answer)) {
      expect([outcome, error?.kind]).toEqual(['failed', kind]);
      expect(error?.message).toMatch(/^(?:start-slice|set-properties) a\.slice: systemd: \S/);
    }
  });
});
