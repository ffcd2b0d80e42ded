import type { Settings } from '../model/settings.ts';
import { parseDuration } from './duration.ts';
import type { FileSettings } from './schema.ts';

const DEFAULTS: Settings = {
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
};

/**
 * The command line over the settings file over the defaults.
 * @param given options by their camelCase name; the parser has checked names and choices
 */
export function settingsFrom(given: Readonly<Record<string, string | boolean>>, file: FileSettings): Settings {
  const merged = { ...DEFAULTS, ...file, ...given };
  const { ignore, resync } = merged;
  return {
    ...merged,
    ignore: codes(ignore ?? []),
    resync: typeof resync === 'string' ? (parseDuration(resync) ?? DEFAULTS.resync) : resync,
  } as Settings;
}

function codes(ignore: readonly string[] | string): string[] {
  const list = typeof ignore === 'string' ? ignore.split(',') : ignore;
  return list.map((code) => code.trim()).filter((code) => code !== '');
}
