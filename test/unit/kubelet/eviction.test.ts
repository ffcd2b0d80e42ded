import { describe, expect, it } from 'vitest';
import { effective } from './configs.ts';

describe('evictionHard', () => {
  const five = {
    'memory.available': '100Mi',
    'nodefs.available': '10%',
    'nodefs.inodesFree': '5%',
    'imagefs.available': '15%',
    'imagefs.inodesFree': '5%',
  };
  it.each([
    ['the defaults, where the file says nothing', 36, '', null, five],
    ['its own alone', 36, 'evictionHard: {memory.available: 1Gi}\n', null, { 'memory.available': '1Gi' }],
    ['none at all', 36, 'evictionHard: {}\n', null, {}],
    [
      'both, if the file says so',
      36,
      'evictionHard: {memory.available: 1Gi}\nmergeDefaultEvictionSettings: true\n',
      null,
      { ...five, 'memory.available': '1Gi' },
    ],
    ['not before 1.33', 32, 'evictionHard: {a: b}\nmergeDefaultEvictionSettings: true\n', null, { a: 'b' }],
    ['nothing without a file', 25, null, '', {}],
    [
      'but until 1.24',
      24,
      null,
      '',
      { 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' },
    ],
    ['what the flag says', 36, '', '--eviction-hard=memory.available\\<2Gi', { 'memory.available': '2Gi' }],
  ])('%s', (_, minor, file, args, value) => {
    expect(effective(minor, file, args).evictionHard.value).toStrictEqual(value);
  });
});
