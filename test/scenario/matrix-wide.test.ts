import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as inWords, readTwice } from '../support/matrix.ts';
import { squares } from '../support/matrix-wide.ts';
import { sameAnswer } from '../support/same-answer.ts';

const SEED = 20_261_124;
const RUNS = 4000;

describe(`the wide space, seed ${SEED}`, () => {
  it('cgprep says what the naive kubelet says, of both answers and many texts', () => {
    let judged = 0;
    let starts = 0;
    const texts = new Set<string>();
    fc.assert(
      fc.property(squares, (square) => {
        const { naive, said } = readTwice(square);
        if (said === null) return;
        if (!sameAnswer(naive, said)) throw new Error(`\n${inWords(square, naive, said)}`);
        judged += 1;
        if (naive.starts) starts += 1;
        texts.add((naive.message ?? '').replaceAll(/"[^"]*"|\/[^ ,]*|[0-9]+/g, ''));
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(judged).toBeGreaterThan(RUNS / 2);
    expect(starts).toBeGreaterThan(RUNS / 20);
    expect(texts.size).toBeGreaterThan(40);
  });
});
