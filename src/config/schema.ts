import { array, boolean, picklist, pipe, regex, string, strictObject, union, partial } from 'valibot';
import type { InferOutput } from 'valibot';

const text = pipe(string(), regex(/\S/, 'must not be empty'));

/** /etc/cgprep/config.yaml: every option of the command line under its name in camelCase, all optional. */
export const settingsSchema = partial(
  strictObject({
    root: text,
    kubeletConfig: text,
    kubeletConfigDir: text,
    kubeletArgs: string(),
    kubeletVersion: text,
    kubeReservedCgroup: text,
    systemReservedCgroup: text,
    cgroupDriver: picklist(['auto', 'systemd', 'cgroupfs']),
    dryRun: boolean(),
    output: picklist(['text', 'json', 'yaml']),
    failOn: picklist(['error', 'warning', 'never']),
    ignore: union([array(text), string()]),
    logLevel: picklist(['debug', 'info', 'warn', 'error']),
    logFormat: picklist(['auto', 'text', 'json', 'journal']),
    color: picklist(['auto', 'always', 'never']),
  }),
);

export type FileSettings = InferOutput<typeof settingsSchema>;
