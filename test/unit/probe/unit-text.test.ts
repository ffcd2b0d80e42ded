import { describe, expect, it } from 'vitest';
import { serviceAssignments, unitWords, valueWords } from '../../../src/probe/unit-text.ts';

describe('serviceAssignments', () => {
  it('reads the section [Service] only, with continued lines and comments in between', () => {
    const text = `[Unit]
Description=no
[Service]
# ExecStart=/no
Key = a  \\
  # in between
  ; and this
  --b \\\\
ExecStart=
[Install]
WantedBy=no
`;
    expect(serviceAssignments(text)).toEqual([
      { key: 'Key', value: 'a   --b \\\\' },
      { key: 'ExecStart', value: '' },
    ]);
  });

  it('reads the end of a file that ends in a backslash', () => {
    expect(serviceAssignments('[Service]\nA=b \\')).toEqual([{ key: 'A', value: 'b' }]);
  });
});

describe('unitWords', () => {
  it.each([
    ['a  b', ['a', 'b']],
    ['"a b" \'c d\'', ['a b', 'c d']],
    ['--a="b c"d', ['--a=b cd']],
    [String.raw`a\x20b "\tc" \s \101`, ['a b', '\tc', ' ', 'A']],
    ['""', ['']],
    ['', []],
    ['"a', null],
  ])('%j', (text, words) => {
    expect(unitWords(text)).toEqual(words);
  });
});

describe('valueWords', () => {
  it.each([
    ['--a=b "--c=d e"', ['--a=b', '--c=d e']],
    ['a\\ b \\n', ['a b', 'n']],
    ['"a b', ['a b']],
    ['', []],
  ])('%j', (text, words) => {
    expect(valueWords(text)).toEqual(words);
  });
});
