import { describe, expect, it } from 'vitest';
import { parseEnvironmentFile } from '../../../src/probe/environment-file.ts';

describe('parseEnvironmentFile', () => {
  it.each([
    ['A=b', 'b'],
    ['A=', ''],
    ['  A = b c  ', 'b c'],
    ['A="b c"', 'b c'],
    ["A='b \\ \"c'", 'b \\ "c'],
    ['A="b \\"c\\" \\$d \\e"', 'b "c" $d \\e'],
    ['A="b"\'c\' d', 'bcd'],
    ['A=b\\ \\\nc', 'b c'],
    ['A="b\\\nc"', 'bc'],
    ['A="b\nc"', 'b\nc'],
    ['A=b "c"', 'b "c"'],
    ['A=b\\', 'b'],
    ['A="b', 'b'],
    ['A=b#c', 'b#c'],
    ['A=x\nA=b', 'b'],
    ['# A=x \\\nA=y\nA=b', 'b'],
    ['; A=x\nnothing\nA=b\r\n', 'b'],
    ['A=b=c', 'b=c'],
    ['A=$HOME', '$HOME'],
  ])('%j', (text, value) => {
    expect([...parseEnvironmentFile(text)]).toEqual([['A', value]]);
  });

  it('passes over what has no name for a variable', () => {
    expect([...parseEnvironmentFile('export A=b\n1A=b\n=b\n#A=b\n\nB=c\n')]).toEqual([['B', 'c']]);
  });
});
