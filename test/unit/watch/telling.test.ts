import { describe, expect, it } from 'vitest';
import { pendingLines, tell } from '../../../src/watch/telling.ts';
import type { Line, Telling } from '../../../src/watch/telling.ts';

const LINE: Line = { kind: 'cgroup-missing', subject: '/x', message: 'm', result: 'repaired', done: [], count: 1 };

function run(news: readonly (readonly [at: number, lines: readonly Line[]])[]): {
  told: [number, number][];
  state: Telling;
} {
  let state: Telling = new Map();
  const told: [number, number][] = [];
  for (const [at, lines] of news) {
    const next = tell(state, lines, at);
    state = next.state;
    for (const { count } of next.lines) told.push([at, count]);
  }
  return { told, state };
}

describe('telling', () => {
  it('the first at once, more of the same a minute later, with how often', () => {
    const many = Array.from({ length: 500 }, (_, at) => [at * 10, [LINE]] as const);
    const { told } = run([...many, [60_000, []], [120_000, []]]);
    expect(told).toEqual([
      [0, 1],
      [60_000, 499],
    ]);
  });

  it('nothing again of what happened once', () => {
    expect(
      run([
        [0, [LINE]],
        [60_000, []],
        [600_000, []],
      ]).told,
    ).toEqual([[0, 1]]);
  });

  it('another result is another thing', () => {
    expect(
      run([
        [0, [LINE]],
        [1, [{ ...LINE, result: 'failed' }]],
      ]).told,
    ).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it('what was only counted can be told at the end', () => {
    const { state } = run([
      [0, [LINE]],
      [1, [LINE]],
      [2, [LINE]],
    ]);
    expect(pendingLines(state)).toEqual([{ ...LINE, count: 2 }]);
  });
});
