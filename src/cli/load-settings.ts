import type { FileSettings } from '../config/schema.ts';
import { settingsFrom } from '../config/settings.ts';
import { CgprepError } from '../errors.ts';
import { refused } from '../model/ports.ts';
import type { Settings } from '../model/settings.ts';
import type { Environment } from './environment.ts';

const DEFAULT_FILE = '/etc/cgprep/config.yaml';
const LIMIT = 1024 * 1024;

/**
 * The command line over the settings file over the defaults. The file is cgprep's
 * own, so it is read from where cgprep runs and not from below `--root`.
 * @throws CgprepError CGP_SETTINGS, CGP_PERMISSION, CGP_USAGE
 */
export async function loadSettings(
  given: Readonly<Record<string, string | boolean>>,
  environment: Environment,
): Promise<Settings> {
  const { config, ...options } = given;
  const settings = settingsFrom(options, await fileSettings(typeof config === 'string' ? config : null, environment));
  const root = await absolute(settings.root);
  if (environment.reader('/').kind(root) !== 'directory') {
    throw new CgprepError(
      'CGP_USAGE',
      `--root ${settings.root} is not a directory`,
      "Name the host's root directory, for example /host.",
    );
  }
  return {
    ...settings,
    root,
    kubeletConfig: await onHost('kubeletConfig', settings, root),
    kubeletConfigDir: await onHost('kubeletConfigDir', settings, root),
  };
}

async function onHost(
  key: 'kubeletConfig' | 'kubeletConfigDir',
  settings: Settings,
  root: string,
): Promise<string | null> {
  const path = settings[key];
  if (path === null || path.startsWith('/')) return path;
  if (root === '/') return absolute(path);
  throw new CgprepError(
    'CGP_USAGE',
    `${key} ${JSON.stringify(path)} is not an absolute path`,
    'With --root, name it as the host sees it, from / on.',
  );
}

/** From / on, and without `.` or `..`: as nearly every path is given, and node:path takes half a millisecond to load. */
async function absolute(path: string): Promise<string> {
  const clean = path === '/' || (path.startsWith('/') && !/\/\.|\/\/|\/$/.test(path));
  if (clean) return path;
  return (await import('node:path')).resolve(path);
}

async function fileSettings(named: string | null, environment: Environment): Promise<FileSettings> {
  const path = await absolute(named ?? DEFAULT_FILE);
  const file = environment.reader('/').readText(path, LIMIT);
  if (!refused(file)) {
    const { parseSettings } = await import('../config/parse.ts');
    return parseSettings(file.text, path);
  }
  if (named === null && (file.errno === 'ENOENT' || file.errno === 'ENOTDIR')) return {};
  const code = file.errno === 'EACCES' ? 'CGP_PERMISSION' : 'CGP_SETTINGS';
  throw new CgprepError(
    code,
    `${path}: cgprep's settings cannot be read (${file.errno})`,
    'Name another file with --config, or correct its mode.',
  );
}
