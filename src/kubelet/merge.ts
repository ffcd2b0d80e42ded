import { CgprepError } from '../errors.ts';
import type { ConfigOddity, KubeletVersion, Sourced } from '../model/kubelet.ts';
import type { Decoded } from './decode.ts';
import { mergeDropIns } from './drop-ins.ts';
import { FIELD_SINCE, FIELDS, FLAG_BEFORE_FIELD } from './fields.ts';
import type { FieldKey, Fields } from './fields.ts';
import type { KubeletFlags } from './flags.ts';
import { OLDEST } from './versions.ts';
import type { KubeletRules } from './rules.ts';

/** What was found of the kubelet's configuration, and what cgprep's own options put over it. */
export interface ConfigSources {
  readonly version: Sourced<KubeletVersion>;
  readonly file?: Decoded;
  /** In the order in which the kubelet merges them. */
  readonly dropIns: readonly Decoded[];
  /** Absent when no command line is known. */
  readonly flags?: KubeletFlags;
  /** Where the flags were read; `--kubelet-args` when nothing is said. */
  readonly flagSources?: readonly string[];
  readonly overrides: {
    readonly kubeReservedCgroup?: Sourced<string>;
    readonly systemReservedCgroup?: Sourced<string>;
  };
}

const DEFAULT = 'kubelet default';

/**
 * Lays the sources over each other: the file, the drop-ins, the flags (server.go, NewKubeletCommand). Only what was
 * said somewhere is in the result, and the default eviction thresholds, which take part in the merge.
 * @throws CgprepError CGP_KUBELET_CONFIG or CGP_KUBELET_ARGS for what this release does not accept
 */
export function mergeSources(
  { version, file, dropIns, flags }: ConfigSources,
  rules: KubeletRules,
): { readonly fields: Fields; readonly oddities: readonly ConfigOddity[] } {
  const minor = Math.max(version.value.minor, OLDEST.minor);
  const dropInDirectory = dropIns.length > 0 || (flags?.configDir ?? null) !== null;
  if (dropInDirectory && rules.dropInMerge === 'none') throw unknownFlag('--config-dir', version.value);
  for (const [key, { source }] of Object.entries(flags?.fields ?? {})) {
    if (!isKnownFlag(key, minor)) throw unknownFlag(source, version.value);
  }
  const known = (decoded: Decoded): Decoded => ({ ...decoded, fields: keepKnown(decoded.fields, minor) });
  let fields = withEviction(file === undefined ? null : asZeroes(known(file).fields), rules);
  if (dropInDirectory) fields = mergeDropIns(fields, dropIns.map(known), rules, defaults(rules));
  return {
    fields: overlayFlags(fields, flags?.fields ?? {}),
    oddities: [
      ...(file === undefined ? [] : [...file.oddities, ...tooNew(file, version.value, minor)]),
      ...dropIns.flatMap((dropIn) => dropIn.oddities),
    ],
  };
}

/** Flags replace what the files say, but feature gates gate by gate (server.go, kubeletConfigFlagPrecedence). */
function overlayFlags(fields: Fields, flags: Fields): Fields {
  const before = fields.featureGates;
  const over = flags.featureGates;
  if (before === undefined || over === undefined) return { ...fields, ...flags };
  const featureGates = { value: { ...before.value, ...over.value }, source: `${before.source}, ${over.source}` };
  return { ...fields, ...flags, featureGates };
}

/** In the main file a null means that nothing was said, inside a map Go's zero value. */
function asZeroes(fields: Fields): Fields {
  const said: Partial<Record<FieldKey, Sourced<unknown>>> = {};
  for (const key of Object.keys(fields) as FieldKey[]) {
    const field = fields[key];
    if (field === undefined || field.value === null) continue;
    const zero = { stringMap: '', booleanMap: false }[FIELDS[key] as string];
    const value =
      zero === undefined
        ? field.value
        : Object.fromEntries(
            Object.entries(field.value).map(([name, item]: [string, unknown]) => [name, item ?? zero]),
          );
    said[key] = { value, source: field.source };
  }
  // The keys and the types are those of `fields`.
  return said as Fields;
}

/**
 * The default thresholds hold where a file says nothing of evictionHard (server.go, loadConfigFile), and until 1.24
 * without a file too; they are there before the drop-ins are merged.
 * @param file null without a main file
 */
function withEviction(file: Fields | null, rules: KubeletRules): Fields {
  const evictionHard = { value: rules.evictionHard, source: DEFAULT };
  if (file === null) return rules.evictionWithoutFile ? { evictionHard } : {};
  const own = file.evictionHard;
  if (own === undefined) return { ...file, evictionHard };
  if (file.mergeDefaultEvictionSettings?.value !== true) return file;
  return {
    ...file,
    evictionHard: { value: { ...evictionHard.value, ...own.value }, source: `${DEFAULT}, ${own.source}` },
  };
}

/** What the kubelet 1.28 fills into each drop-in before it merges it (v1beta1/defaults.go, server.go). */
function defaults(rules: KubeletRules): Fields {
  return {
    enforceNodeAllocatable: { value: ['pods'], source: DEFAULT },
    cgroupDriver: { value: 'cgroupfs', source: DEFAULT },
    cgroupsPerQOS: { value: true, source: DEFAULT },
    failSwapOn: { value: true, source: DEFAULT },
    oomScoreAdj: { value: -999, source: DEFAULT },
    cpuManagerPolicy: { value: 'none', source: DEFAULT },
    memoryManagerPolicy: { value: 'None', source: DEFAULT },
    ...(rules.memoryThrottlingFactor === null
      ? {}
      : { memoryThrottlingFactor: { value: rules.memoryThrottlingFactor, source: DEFAULT } }),
    evictionHard: { value: rules.evictionHard, source: DEFAULT },
  };
}

function isKnown(key: string, minor: number): boolean {
  return minor >= (FIELD_SINCE[key as FieldKey] ?? 0);
}

function isKnownFlag(key: string, minor: number): boolean {
  return FLAG_BEFORE_FIELD.includes(key) || isKnown(key, minor);
}

function keepKnown(fields: Fields, minor: number): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => isKnown(key, minor)));
}

function tooNew({ fields }: Decoded, version: KubeletVersion, minor: number): ConfigOddity[] {
  return Object.entries(fields)
    .filter(([key]) => !isKnown(key, minor))
    .map(([key, { source }]) => {
      const message = `${source}: ${key} is not a key of the kubelet ${version.text}, which ignores it`;
      return { kind: 'unknown-key' as const, key, source, message };
    });
}

function unknownFlag(source: string, version: KubeletVersion): CgprepError {
  const [flag = source] = source.split(' ');
  return new CgprepError(
    'CGP_KUBELET_ARGS',
    `the kubelet ${version.text} does not know ${source} (failed to parse kubelet flag: unknown flag: ${flag})`,
    "Leave the flag out, or name the kubelet's true version with --kubelet-version.",
  );
}
