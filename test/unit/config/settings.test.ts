import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../../src/config/settings.ts';

describe('settingsFrom', () => {
  it('the defaults are those of cli.md', () => {
    expect(settingsFrom({}, {})).toEqual({
      root: '/',
      kubeletConfig: null,
      kubeletConfigDir: null,
      kubeletArgs: null,
      kubeletVersion: null,
      kubeReservedCgroup: null,
      systemReservedCgroup: null,
      cgroupDriver: 'auto',
      dryRun: false,
      output: 'text',
      failOn: 'error',
      ignore: [],
      logLevel: 'info',
      logFormat: 'auto',
      color: 'auto',
      resync: 60_000,
      record: '/run/cgprep/watch.jsonl',
      listen: null,
      textfile: null,
      backOffAfter: 1000,
      backOffWithin: 600_000,
    });
  });

  it('what is given counts more than the file, the file more than the default', () => {
    expect(settingsFrom({ output: 'json' }, { output: 'yaml', color: 'never' })).toMatchObject({
      output: 'json',
      color: 'never',
      logLevel: 'info',
    });
  });

  it.each([
    ['a,b', undefined, ['a', 'b']],
    [' a , ,b,', undefined, ['a', 'b']],
    ['', ['a'], []],
    [undefined, ['a', ' b '], ['a', 'b']],
    [undefined, 'a,b', ['a', 'b']],
  ])('ignore: given %j over the file %j', (given, file, want) => {
    const settings = settingsFrom(
      given === undefined ? {} : { ignore: given },
      file === undefined ? {} : { ignore: file },
    );
    expect(settings.ignore).toEqual(want);
  });
});
