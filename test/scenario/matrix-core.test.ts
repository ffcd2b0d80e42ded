import { describe, expect, it } from 'vitest';
import { coreSquares } from '../support/matrix-core.ts';
import { disagreement } from '../support/matrix.ts';

describe('mode × driver × version × name × enforcement × what is missing', () => {
  it('cgprep says what the naive kubelet says', () => {
    const found: string[] = [];
    let squares = 0;
    for (const square of coreSquares()) {
      squares += 1;
      const text = disagreement(square);
      if (text !== null) found.push(text);
    }
    expect(found.slice(0, 5).join('\n\n'), `${found.length} of ${squares} squares`).toBe('');
    expect(squares).toBeGreaterThan(20_000);
  });
});
