import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goQuote, goQuoteList } from '../../../src/kubelet/go-quote.ts';

describe('goQuote', () => {
  it.each([
    ['/kube.slice', '"/kube.slice"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\u0007\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\0\u001b\u007f', '"\\x00\\x1b\\x7f"'],
    ['kübe', '"kübe"'],
    ['\u00a0\u00ad\u0085', '"\\u00a0\\u00ad\\u0085"'],
    ['\u200b\ufeff', '"\\u200b\\ufeff"'],
    ['日本\u{1f600}', '"日本\u{1f600}"'],
    ['\u{e0001}', '"\\U000e0001"'],
    ['\ud800', '"\ufffd"'],
  ])('%j → %s', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });

  it('is JSON for printable ASCII', () => {
    fc.assert(fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), (text) => goQuote(text) === JSON.stringify(text)));
  });
});

describe('goQuoteList', () => {
  it.each([
    [[], '[]'],
    [['kube'], '["kube"]'],
    [['kube', 'reserved'], '["kube" "reserved"]'],
    [['a b', 'c"'], '["a b" "c\\""]'],
  ])('%j → %s', (words, quoted) => {
    expect(goQuoteList(words)).toBe(quoted);
  });
});
