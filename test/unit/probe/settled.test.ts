import { describe, expect, it } from 'vitest';
import { CgprepError } from '../../../src/errors.ts';
import type { FileText, HostReader, Refused } from '../../../src/model/ports.ts';
import { readSettled } from '../../../src/probe/settled.ts';
import { readerOf } from '../builders.ts';

const NOW = 1_800_000_000_000;

/** Reads `answers` one after the other, the last again and again, and counts the milliseconds waited. */
function read(...answers: readonly (FileText | Refused)[]): {
  result: FileText | Refused;
  reads: number;
  waited: number;
} {
  let reads = 0;
  let waited = 0;
  const unused = (): never => {
    throw new Error('only the file is read');
  };
  const reader: HostReader = {
    ...readerOf({}),
    readText: () => answers[Math.min(reads++, answers.length - 1)] ?? unused(),
  };
  const clock = {
    now: () => NOW,
    sleep: (ms: number) => {
      waited += ms;
    },
  };
  return { result: readSettled(reader, clock, '/kubelet.yaml'), reads, waited };
}

const at = (text: string, age: number): FileText => ({ text, mtimeMs: NOW - age });

describe('readSettled', () => {
  it.each([
    ['an old file that ends in a newline', 'a: 1\n', 2000],
    ['an empty file', '', 10_000],
    ['a closed JSON object without a newline', ' {"a": 1}', 10_000],
  ])('believes %s at once', (_, text, age) => {
    expect(read(at(text, age))).toEqual({ result: at(text, age), reads: 1, waited: 0 });
  });

  it.each([
    ['changed within the last moments', 'a: 1\n', 1999],
    ['changed in the future', 'a: 1\n', -60_000],
    ['ends in the middle of a line', 'name: /kube.sl', 10_000],
    ['is a JSON object that is not closed', '{"a": [1', 10_000],
  ])('reads a file again that %s', (_, text, age) => {
    expect(read(at(text, age))).toEqual({ result: at(text, age), reads: 2, waited: 200 });
  });

  it('takes what the file came to, not what it was at first', () => {
    const whole = at('name: /kube.slice\n', 0);
    expect(read(at('name: /ku', 10), at('name: /kube.sl', 5), whole, whole)).toEqual({
      result: whole,
      reads: 4,
      waited: 600,
    });
  });

  it('does not take a rewrite with the same text for rest', () => {
    expect(read(at('a: 1\n', 9), at('a: 1\n', 5), at('a: 1\n', 5)).reads).toBe(3);
  });

  it('gives up on a file that never rests, and names it', () => {
    let size = 0;
    const growing: FileText[] = Array.from({ length: 40 }, () => at('x'.repeat((size += 1)), 0));
    let thrown: unknown;
    try {
      read(...growing);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CgprepError);
    expect(thrown).toMatchObject({
      code: 'CGP_CONFIG_UNSTABLE',
      status: 75,
      message: '/kubelet.yaml: still changing after 2 seconds of looking',
    });
  });

  it.each([
    ['is not there', [{ errno: 'ENOENT' }], 1],
    ['goes away while we look', [at('a', 0), { errno: 'ENOENT' }], 2],
  ])('passes on that the file %s', (_, answers, reads) => {
    expect(read(...answers)).toMatchObject({ result: { errno: 'ENOENT' }, reads });
  });
});
