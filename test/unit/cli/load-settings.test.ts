import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/cli/environment.ts';
import { loadSettings } from '../../../src/cli/load-settings.ts';
import type { HostReader } from '../../../src/model/ports.ts';
import { readerOf } from '../builders.ts';

/** Loads with only a reader: nothing else of the world is needed, and below another root nothing is read. */
async function load(
  given: Record<string, string | boolean>,
  files: Record<string, string> = {},
  over: Partial<HostReader> = {},
) {
  const reader = { ...readerOf({ dirs: ['/host', '/dir'], files }), ...over };
  const environment = {
    reader: (root: string) => {
      if (root !== '/') throw new Error(`settings are read from where cgprep runs, not below ${root}`);
      return reader;
    },
  } as unknown as Environment;
  return await loadSettings(given, environment);
}

const FILE = '/etc/cgprep/config.yaml';

describe('loadSettings', () => {
  it('without a file: the defaults', async () => {
    expect(await load({})).toMatchObject({ root: '/', output: 'text', failOn: 'error', ignore: [], dryRun: false });
  });

  it('the command line over the file over the defaults', async () => {
    const file = 'output: yaml\nlogLevel: debug\nignore: [a, b]\n';
    expect(await load({ output: 'json' }, { [FILE]: file })).toMatchObject({
      output: 'json',
      logLevel: 'debug',
      ignore: ['a', 'b'],
      color: 'auto',
    });
  });

  it('another file when it is named; then the default one is not read', async () => {
    const files = { [FILE]: 'logLevel: debug\n', '/x.yaml': 'color: never\n' };
    expect(await load({ config: '/x.yaml' }, files)).toMatchObject({ logLevel: 'info', color: 'never' });
  });

  it.each([
    ['/host', '/host'],
    ['/host/', '/host'],
    ['/host/../dir/.', '/dir'],
    ['/', '/'],
  ])('--root %s is %s', async (root, want) => {
    expect((await load({ root })).root).toBe(want);
  });

  it('a relative path is taken from the working directory, but only for the host itself', async () => {
    const here = process.cwd();
    expect(await load({ kubeletConfig: 'k.yaml', kubeletConfigDir: 'd/../e' })).toMatchObject({
      kubeletConfig: `${here}/k.yaml`,
      kubeletConfigDir: `${here}/e`,
    });
    expect(await load({ kubeletConfig: '/k.yaml', kubeletConfigDir: 'd' })).toMatchObject({
      kubeletConfig: '/k.yaml',
      kubeletConfigDir: `${here}/d`,
    });
  });

  it.each([
    [{ root: '/nowhere' }, 'CGP_USAGE', '--root /nowhere is not a directory'],
    [{ root: '/file' }, 'CGP_USAGE', '--root /file is not a directory'],
    [{ root: '/host', kubeletConfig: 'k.yaml' }, 'CGP_USAGE', 'kubeletConfig "k.yaml" is not an absolute path'],
    [{ root: '/host', kubeletConfigDir: './d' }, 'CGP_USAGE', 'kubeletConfigDir "./d" is not an absolute path'],
    [{ config: '/nowhere' }, 'CGP_SETTINGS', "/nowhere: cgprep's settings cannot be read (ENOENT)"],
    [{ config: '/dir' }, 'CGP_SETTINGS', "/dir: cgprep's settings cannot be read (EISDIR)"],
    [{ config: '/binary' }, 'CGP_SETTINGS', "/binary: cgprep's settings cannot be read (EFBIG)"],
    [{ config: '/file' }, 'CGP_SETTINGS', '/file:1: frob is not a setting'],
  ])('%j: %s', async (given, code, message) => {
    const files = { '/file': 'frob: 1\n', '/binary': 'x'.repeat(1024 * 1024 + 1) };
    await expect(load(given, files)).rejects.toMatchObject({ code, message });
  });

  it.each([
    ['EACCES', 'CGP_PERMISSION'],
    ['EIO', 'CGP_SETTINGS'],
  ])('the default file that answers %s is an error: %s', async (errno, code) => {
    await expect(load({}, {}, { readText: () => ({ errno }) })).rejects.toMatchObject({ code });
  });

  it.each(['ENOENT', 'ENOTDIR'])('the default file may be missing (%s)', async (errno) => {
    expect(await load({}, {}, { readText: () => ({ errno }) })).toMatchObject({ output: 'text' });
  });
});
