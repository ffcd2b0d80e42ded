import { describe, expect, it } from 'vitest';
import { rememberLast } from '../../../src/model/remember.ts';

describe('rememberLast', () => {
  it('works the answer out again for other arguments only, and knows one', () => {
    const asked: string[] = [];
    const answer = rememberLast((one: string, other: object) => {
      asked.push(one);
      return { one, other };
    });
    const other = {};
    const first = answer('a', other);
    expect(answer('a', other)).toBe(first);
    expect(answer('a', {})).not.toBe(first);
    expect(answer('b', other)).toEqual({ one: 'b', other });
    expect(answer('a', other)).toEqual(first);
    expect(asked).toEqual(['a', 'a', 'b', 'a']);
  });

  it('remembers no failure', () => {
    let fails = true;
    const answer = rememberLast((one: number) => {
      if (fails) throw new Error('not now');
      return one;
    });
    expect(() => answer(1)).toThrow('not now');
    fails = false;
    expect(answer(1)).toBe(1);
  });
});
