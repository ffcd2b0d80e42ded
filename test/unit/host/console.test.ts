import { describe, expect, it } from 'vitest';
import { isTerminal, writeOut } from '../../../src/host/console.ts';
import { memorySyscalls, mountHost } from '../../support/captured-host.ts';

/** Writes `text` where each write(2) answers in turn: so many bytes, or an errno; the last answer stays. */
function write(text: string, ...answers: readonly (number | string)[]) {
  let calls = 0;
  let waited = 0;
  const got: Buffer[] = [];
  const sys = {
    ...memorySyscalls(mountHost({ files: {}, dirs: [], links: {} })),
    write: (_: number, bytes: Uint8Array): number => {
      const answer = answers[Math.min(calls++, answers.length - 1)] ?? bytes.length;
      if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer, errno: -1 });
      const count = Math.min(answer, bytes.length);
      got.push(Buffer.from(bytes.subarray(0, count)));
      return count;
    },
  };
  const clock = {
    now: () => 0,
    sleep: (ms: number) => {
      waited += ms;
    },
  };
  const whole = writeOut(sys, clock, 1, text);
  return { whole, text: Buffer.concat(got).toString(), waited };
}

describe('writeOut', () => {
  it.each([
    ['at once', [99], 'tschüß', 0],
    ['in pieces, cut inside a character', [5, 1, 99], 'tschüß', 0],
    ['a pipe that is full for a while', ['EAGAIN', 3, 'EAGAIN', 99], 'tschüß', 20],
  ])('%s', (_, answers, text, waited) => {
    expect(write('tschüß', ...answers)).toEqual({ whole: true, text, waited });
  });

  it.each([
    ['a reader that is gone', ['EPIPE'], ''],
    ['a full disk', [2, 'ENOSPC'], 'ts'],
    ['a closed descriptor', ['EBADF'], ''],
  ])('%s is told, not thrown', (_, answers, text) => {
    expect(write('tschüß', ...answers)).toEqual({ whole: false, text, waited: 0 });
  });

  it('gives up on a reader that never reads', () => {
    expect(write('x', 'EAGAIN')).toEqual({ whole: false, text: '', waited: 5000 });
  });

  it('writes nothing of nothing', () => {
    expect(write('', 'EPIPE')).toEqual({ whole: true, text: '', waited: 0 });
  });
});

describe('isTerminal', () => {
  const sys = memorySyscalls(mountHost({ files: {}, dirs: [], links: {} }));
  it.each([true, false])('a character device: %s', (device) => {
    expect(isTerminal({ ...sys, fstat: () => ({ isCharacterDevice: () => device }) as never })).toBe(device);
  });

  it('a closed standard output is none', () => {
    const fstat = (): never => {
      throw Object.assign(new Error('EBADF'), { code: 'EBADF', errno: -9 });
    };
    expect(isTerminal({ ...sys, fstat })).toBe(false);
  });
});
