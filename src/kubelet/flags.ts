import { CgprepError } from '../errors.ts';
import type { MemoryReservation, Sourced } from '../model/kubelet.ts';
import { FIELDS } from './fields.ts';
import type { BooleanMap, FieldKey, Fields, StringMap } from './fields.ts';
import { readBoolean, readCsv, readInt32, readPairs, readReservedMemory, readSwitches } from './flag-values.ts';
import type { Unreadable } from './flag-values.ts';

/** The kubelet's command line, as far as it matters here. */
export interface KubeletFlags {
  /** `--config` and `--config-dir`; an empty value is as good as none. */
  readonly config: string | null;
  readonly configDir: string | null;
  /** `--runtime-cgroups`, which no field of the file has. */
  readonly runtimeCgroups: string | null;
  /** The flags that have a field in the file; the source is the flag, `--kube-reserved`, and where it stands. */
  readonly fields: Fields;
}

/** Source: kubelet 1.20 to 1.36, cmd/kubelet/app/options/options.go. */
const FIELD_OF: Readonly<Record<string, FieldKey>> = {
  'enforce-node-allocatable': 'enforceNodeAllocatable',
  'kube-reserved': 'kubeReserved',
  'system-reserved': 'systemReserved',
  'kube-reserved-cgroup': 'kubeReservedCgroup',
  'system-reserved-cgroup': 'systemReservedCgroup',
  'cgroup-driver': 'cgroupDriver',
  'cgroup-root': 'cgroupRoot',
  'cgroups-per-qos': 'cgroupsPerQOS',
  'fail-cgroupv1': 'failCgroupV1',
  'reserved-cpus': 'reservedSystemCPUs',
  'kubelet-cgroups': 'kubeletCgroups',
  'system-cgroups': 'systemCgroups',
  'eviction-hard': 'evictionHard',
  'eviction-soft': 'evictionSoft',
  'eviction-soft-grace-period': 'evictionSoftGracePeriod',
  'eviction-minimum-reclaim': 'evictionMinimumReclaim',
  'cpu-manager-policy': 'cpuManagerPolicy',
  'memory-manager-policy': 'memoryManagerPolicy',
  'reserved-memory': 'reservedMemory',
  'protect-kernel-defaults': 'protectKernelDefaults',
  'fail-swap-on': 'failSwapOn',
  'oom-score-adj': 'oomScoreAdj',
  'container-runtime-endpoint': 'containerRuntimeEndpoint',
  'feature-gates': 'featureGates',
};

const PATHS = ['config', 'config-dir', 'runtime-cgroups'];

/**
 * Splits a command line into words as a shell or systemd.service(5) would; nothing is expanded.
 * @throws CgprepError CGP_KUBELET_ARGS for a quote that is not closed or a backslash at the end
 */
export function splitArgs(text: string): string[] {
  const piece = /\s+|\\\n|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|([^])/g;
  const words: string[] = [];
  let word: string | null = null;
  for (const [whole, single, double, escaped, bare, stray] of text.matchAll(piece)) {
    if (stray !== undefined)
      throw broken(stray === '\\' ? 'a backslash at the end' : `a quote (${stray}) that is not closed`);
    if (/^\s/.test(whole)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (whole !== '\\\n') {
      // In double quotes a backslash escapes only what would end or expand them; before a line's end both go.
      const unescaped = double?.replaceAll('\\\n', '').replaceAll(/\\(["\\$`])/g, '$1');
      word = (word ?? '') + (single ?? unescaped ?? escaped ?? bare ?? '');
    }
  }
  return word === null ? words : [...words, word];
}

/**
 * Reads the kubelet's flags as pflag does: `--name=value`, `--name value`, `_` for `-`, a boolean alone is true,
 * lists and maps that are given again accumulate. The program's name before the first flag counts for nothing.
 * A flag that is not known here is passed over together with a following word that is no flag.
 * @param origins where each word stands, for the sources of what it says; none for `--kubelet-args`
 * @throws CgprepError CGP_KUBELET_ARGS for what the kubelet would not parse either
 */
export function parseKubeletArgs(words: readonly string[], origins: readonly string[] = []): KubeletFlags {
  const read: Reading = { fields: {}, paths: {} };
  const start = words.findIndex((word) => word.startsWith('-'));
  const rest = start === -1 ? [] : words.slice(start);
  for (let word = rest.shift(); word !== undefined && word !== '--'; word = rest.shift()) {
    const origin = origins[words.length - rest.length - 1];
    if (word.startsWith('--')) readLong(word, rest, read, origin === undefined ? '' : ` in ${origin}`);
    else if (word.startsWith('-') && word !== '-') readShort(word, rest);
    else
      throw broken(word.startsWith('$') ? `the variable ${word}, which was not expanded` : `unknown command ${word}`);
  }
  if (rest[0] !== undefined) throw broken(`unknown command ${rest[0]}`);
  const { fields, paths } = read;
  return {
    config: paths['config'] ?? null,
    configDir: paths['config-dir'] ?? null,
    runtimeCgroups: paths['runtime-cgroups'] ?? null,
    // The types follow from FIELDS, by which each value was read.
    fields: fields as Fields,
  };
}

interface Reading {
  readonly fields: Partial<Record<FieldKey, Sourced<unknown>>>;
  readonly paths: Record<string, string | null>;
}

function readLong(word: string, rest: string[], { fields, paths }: Reading, where: string): void {
  const match = /^--([^-=][^=]*)(?:=([^]*))?$/.exec(word);
  if (match === null) throw broken(`bad flag syntax: ${word}`);
  const name = (match[1] ?? '').replaceAll('_', '-');
  const inline = match[2];
  const field = Object.hasOwn(FIELD_OF, name) ? FIELD_OF[name] : undefined;
  if (field !== undefined) {
    const text = inline ?? (FIELDS[field] === 'boolean' ? 'true' : nextWord(name, rest));
    fields[field] = { value: valueOf(field, name, text, fields[field]?.value), source: `--${name}${where}` };
  } else if (PATHS.includes(name)) {
    // An empty path is the default, which is none.
    paths[name] = (inline ?? nextWord(name, rest)) || null;
  } else if (inline === undefined && rest[0]?.startsWith('--') === false) {
    // Not known here, so it may be a boolean; but to the kubelet no word may stand alone, so the next is its value.
    rest.shift();
  }
}

/** Only -h and -v (klog's verbosity) exist; the kubelet refuses any other word with one dash. */
function readShort(word: string, rest: string[]): void {
  const letters = word.slice(1).replace(/^h+/, '');
  if (letters === '') return;
  if (!letters.startsWith('v')) throw broken(`unknown shorthand flag: '${letters[0]}' in ${word}`);
  const level = readInt32(letters === 'v' ? nextWord('v', rest) : letters.replace(/^v=?/, ''));
  if (typeof level === 'object') throw broken(`${word}: ${level.error}`);
}

function nextWord(name: string, rest: string[]): string {
  const word = rest.shift();
  if (word === undefined) throw broken(`flag needs an argument: ${name.length === 1 ? `'${name}' in -` : '--'}${name}`);
  return word;
}

/** @param before what the same flag said earlier on the line */
function valueOf(field: FieldKey, name: string, text: string, before: unknown): unknown {
  const good = <T>(value: T | Unreadable): T => {
    if (typeof value !== 'object' || value === null || !('error' in value)) return value;
    throw broken(`invalid argument ${JSON.stringify(text)} for "--${name}" flag: ${value.error}`);
  };
  switch (FIELDS[field]) {
    case 'boolean':
      return good(readBoolean(text));
    case 'int32':
      return good(readInt32(text));
    case 'strings':
      return [...((before as readonly string[] | undefined) ?? []), ...good(readCsv(text))];
    case 'stringMap': {
      const pairs = good(readPairs(text, field === 'evictionHard' || field === 'evictionSoft' ? '<' : '='));
      return { ...(before as StringMap | undefined), ...Object.fromEntries(pairs) };
    }
    case 'booleanMap':
      return { ...(before as BooleanMap | undefined), ...Object.fromEntries(good(readSwitches(text))) };
    case 'reservedMemory':
      return [...((before as readonly MemoryReservation[] | undefined) ?? []), ...good(readReservedMemory(text))];
    case 'string':
    case 'memorySwap': // which, as the next, has no flag
    case 'number':
      break;
  }
  return text;
}

function broken(what: string): CgprepError {
  return new CgprepError(
    'CGP_KUBELET_ARGS',
    `the kubelet's arguments: ${what}`,
    'The kubelet does not start with these arguments; correct them first.',
  );
}
