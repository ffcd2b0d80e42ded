import {
  array,
  boolean,
  check,
  integer,
  maxValue,
  minValue,
  number,
  partial,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  transform,
  union,
} from 'valibot';
import type { InferOutput } from 'valibot';
import { DURATION_FORM, parseDuration } from './duration.ts';

const text = pipe(string(), regex(/\S/, 'must not be empty'));

/** A path of one of cgprep's own files, which must not depend on where it was started. */
const path = pipe(string(), regex(/^\//, 'an absolute path'));

const duration = pipe(
  union([string(), number()], DURATION_FORM),
  transform(String),
  check((value) => parseDuration(value) !== null, DURATION_FORM),
  transform((value) => parseDuration(value) ?? 0),
);

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
    resync: duration,
    record: path,
    listen: text,
    textfile: path,
    backOffAfter: pipe(number(), integer(), minValue(1), maxValue(1_000_000)),
    backOffWithin: duration,
  }),
);

export type FileSettings = InferOutput<typeof settingsSchema>;
