import { describe, expect, it } from 'vitest';
import { verdictOf } from './case-of.ts';

describe('evictionHard', () => {
  it.each<[string, string, string | null]>([
    ['memory.available', '100Mi', null],
    ['memory.available', '0%', null],
    ['memory.available', '100%', null],
    ['memory.available', '7.5%', null],
    ['memory.available', '-5%', 'eviction percentage threshold memory.available must be >= 0%: -5%'],
    ['nodefs.available', '101%', 'eviction percentage threshold nodefs.available must be <= 100%: 101%'],
    ['nodefs.available', 'ten%', 'strconv.ParseFloat: parsing "ten": invalid syntax'],
    ['memory.available', '0', 'eviction threshold memory.available must be positive: 0'],
    ['memory.available', '0Mi', 'eviction threshold memory.available must be positive: 0'],
    ['memory.available', '-1Gi', 'eviction threshold memory.available must be positive: -1Gi'],
    [
      'memory.available',
      '1GB',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ['memory', '1Gi', 'unsupported eviction signal memory'],
    ['containerfs.available', '5%', null],
  ])('%s: %s', (signal, text, message) => {
    expect(verdictOf({ file: `evictionHard: {${signal}: "${text}"}\n` }).message).toBe(message);
  });

  it('a separate container filesystem is known from 1.29', () => {
    const { message, rule } = verdictOf({ minor: 28, file: 'evictionHard: {containerfs.available: 5%}\n' });
    expect([rule, message]).toEqual(['eviction', 'unsupported eviction signal containerfs.available']);
  });

  it('comes after the reserved maps', () => {
    const file = 'evictionHard: {x: 1Mi}\nkubeReserved: {memory: 1GB}\n';
    expect(verdictOf({ file }).rule).toBe('quantity');
  });
});
