import { describe, expect, it } from 'vitest';
import { resolvePlain, resolveScalar } from '../../../src/kubelet/go-scalar.ts';

// As go-yaml v2 resolves them, by running it.
describe('resolvePlain', () => {
  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
    expect(resolvePlain(text)).toStrictEqual({ kind: 'null' });
  });

  it.each([
    ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((text) => [text, true] as const),
    ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
      (text) => [text, false] as const,
    ),
  ])('%s is a boolean', (text, value) => {
    expect(resolvePlain(text)).toStrictEqual({ kind: 'boolean', value });
  });

  it.each([
    ['12', 12],
    ['-5', -5],
    ['+5', 5],
    ['0', 0],
    ['0755', 493],
    ['0o17', 15],
    ['0x1F', 31],
    ['0X1f', 31],
    ['0b11', 3],
    ['-0b1', -1],
    ['0b-1', -1],
    ['0b+1', 1],
    ['1_000', 1000],
    ['1__0', 10],
    ['1_', 1],
    ['18446744073709551615', 2 ** 64],
    ['-9223372036854775808', -(2 ** 63)],
  ])('%s is a whole number', (text, value) => {
    expect(resolvePlain(text)).toStrictEqual({ kind: 'int', value });
  });

  it.each([
    ['1e3', 1000],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['08', 8],
    ['-.5e3', -500],
    ['1_0.5', 10.5],
    ['18446744073709551616', 2 ** 64],
    ['-9223372036854775809', -(2 ** 63)],
    ['.inf', Infinity],
    ['+.Inf', Infinity],
    ['-.INF', -Infinity],
    ['.nan', Number.NaN],
  ])('%s is a number', (text, value) => {
    expect(resolvePlain(text)).toStrictEqual({ kind: 'float', value });
  });

  it.each([
    '/kube.slice',
    'yEs',
    'nULL',
    '_1',
    '12:30:45',
    '2001-01-01',
    '.',
    '..',
    '-',
    '+',
    '1e400',
    '0x',
    '0b',
    '0o8',
    '0b2',
    '1.2.3',
    '0x8000000000000000f',
    '.5_0',
    'Infinity',
    'NaN',
    '5%',
    '<<',
    '1Gi',
  ])('%s is a string', (text) => {
    expect(resolvePlain(text)).toStrictEqual({ kind: 'string', value: text });
  });
});

describe('resolveScalar', () => {
  const LONG = 'tag:yaml.org,2002:';
  it.each([
    ['12', false, undefined, { kind: 'string', value: '12' }],
    ['12', true, undefined, { kind: 'int', value: 12 }],
    ['12', true, '!', { kind: 'string', value: '12' }],
    ['12', true, '!local', { kind: 'string', value: '12' }],
    ['12', true, `${LONG}str`, { kind: 'string', value: '12' }],
    ['12', false, `${LONG}int`, { kind: 'int', value: 12 }],
    ['12', true, `${LONG}float`, { kind: 'float', value: 12 }],
    ['yes', false, `${LONG}bool`, { kind: 'boolean', value: true }],
    ['', false, `${LONG}null`, { kind: 'null' }],
    ['x', true, `${LONG}map`, { kind: 'string', value: 'x' }],
    ['x', true, `${LONG}int`, { error: '"x" cannot be read as !!int' }],
    ['1.5', true, `${LONG}int`, { error: '"1.5" cannot be read as !!int' }],
    ['x', true, `${LONG}null`, { error: '"x" cannot be read as !!null' }],
    ['aGk=', true, `${LONG}binary`, { error: "a value with the tag !!binary; the kubelet's configuration has none" }],
    [
      '2001-01-01',
      true,
      `${LONG}timestamp`,
      { error: "a value with the tag !!timestamp; the kubelet's configuration has none" },
    ],
  ])('%j, plain %j, tag %j', (text, plain, tag, scalar) => {
    expect(resolveScalar(text, plain, tag)).toStrictEqual(scalar);
  });
});
