import { describe, expect, it } from 'vitest';
import { parseListen } from '../../../src/config/listen.ts';

describe('listen', () => {
  it.each([
    ['127.0.0.1:9877', { host: '127.0.0.1', port: 9877 }],
    ['localhost:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['0.0.0.0:9877', { host: '0.0.0.0', port: 9877 }],
    ['[::]:9877', { host: '::', port: 9877 }],
    ['10.0.0.5:9877', { host: '10.0.0.5', port: 9877 }],
    ['unix:/run/cgprep/metrics.sock', { socket: '/run/cgprep/metrics.sock' }],
    [`unix:/${'x'.repeat(106)}`, { socket: `/${'x'.repeat(106)}` }],
  ])('%s', (text, want) => {
    expect(parseListen(text)).toEqual(want);
  });

  it.each([
    ['9877', 'is no address'],
    [':9877', 'is no address'],
    ['*:9877', 'is no address'],
    ['node-1:9877', 'is no address'],
    ['127.0.0.1', 'is no address'],
    ['::1:9877', 'is no address'],
    ['256.0.0.1:9877', 'is no address'],
    ['127.0.0.1:9877 ', 'is no address'],
    ['http://127.0.0.1:9877', 'is no address'],
    ['', 'is no address'],
    ['127.0.0.1:0', 'has no port from 1 to 65535'],
    ['127.0.0.1:65536', 'has no port from 1 to 65535'],
    ['unix:run/metrics.sock', 'names no socket by an absolute path'],
    ['unix:', 'names no socket by an absolute path'],
    ['unix:/', 'names no socket by an absolute path'],
    ['unix:/run/cgprep/', 'names no socket by an absolute path'],
    ['unix:/run/a\0b', 'names no socket by an absolute path'],
    [`unix:/${'ä'.repeat(54)}`, 'has a path of more than 107 bytes, which no socket can have'],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => parseListen(text)).toThrow(
      expect.objectContaining({
        code: 'CGP_USAGE',
        message: expect.stringContaining(`: ${problem}`) as string,
        hint: expect.stringContaining('127.0.0.1:9877') as string,
      }),
    );
  });

  it.each([':9877', '*:9877', '9877'])('%s: says how to be reached from everywhere on purpose', (text) => {
    expect(() => parseListen(text)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('write 0.0.0.0 in full') as string }),
    );
  });
});
