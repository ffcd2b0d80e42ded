import { CgprepError } from '../errors.ts';
import type { Sourced } from '../model/kubelet.ts';
import type { Decoded } from './decode.ts';
import { FIELDS } from './fields.ts';
import type { FieldKey, Fields } from './fields.ts';
import type { KubeletRules } from './rules.ts';

type Loose = Readonly<Partial<Record<FieldKey, Sourced<unknown>>>>;
type Bag = Readonly<Record<string, unknown>>;

/**
 * Merges the drop-ins of `--config-dir`, in their order, over the main file.
 * Source: server.go, mergeKubeletConfigurations. 1.28 merges structs; from 1.29 on it is a JSON merge patch (RFC
 * 7386): maps merge key by key, lists and scalars are replaced, null deletes. Until 1.31 the base stands in the
 * patched document under other names, so null deletes only what an earlier drop-in set.
 * @param defaults of this release for every field that has one, which 1.28 fills into each drop-in
 * @throws CgprepError CGP_KUBELET_CONFIG for a key that stands twice in a drop-in, from 1.29 on
 */
export function mergeDropIns(base: Fields, dropIns: readonly Decoded[], rules: KubeletRules, defaults: Fields): Fields {
  const { dropInMerge } = rules;
  if (dropInMerge === 'struct') return dropIns.reduce((merged, dropIn) => mergeStruct(merged, dropIn, defaults), base);
  for (const { oddities } of dropIns) {
    const duplicate = oddities.find(({ kind }) => kind === 'duplicate-key');
    if (duplicate !== undefined) throw duplicated(duplicate.source, duplicate.key);
  }
  if (dropInMerge === 'patch') {
    // The base is written out with omitempty, so that an empty list or map in it is lost and the default holds.
    return dropIns.reduce((merged, dropIn) => mergePatch(merged, dropIn.fields), withoutEmpty(base));
  }
  const overlay = dropIns.reduce<Loose>((merged, dropIn) => mergePatch(merged, dropIn.fields), {});
  return mergePatch(base, overlay);
}

function mergePatch(base: Loose, patch: Loose): Fields {
  const merged: Partial<Record<FieldKey, Sourced<unknown>>> = { ...base };
  for (const key of Object.keys(patch) as FieldKey[]) {
    const over = patch[key];
    if (over === undefined) continue;
    if (over.value === null) delete merged[key];
    else merged[key] = isMap(key) ? patchMap(merged[key], over) : over;
  }
  // Each value has the type that its key had in one of the two.
  return merged as Fields;
}

function patchMap(before: Sourced<unknown> | undefined, over: Sourced<unknown>): Sourced<unknown> {
  const entries = Object.entries({ ...(before?.value as Bag | null | undefined), ...(over.value as Bag) });
  const value = Object.fromEntries(entries.filter(([, item]) => item !== null));
  return { value, source: joined(before, over) };
}

/** mergo with override over a file that was loaded with its defaults: only zero values leave the base alone. */
function mergeStruct(base: Loose, { file, fields }: Decoded, defaults: Loose): Fields {
  const merged: Partial<Record<FieldKey, Sourced<unknown>>> = { ...base };
  const given: Loose = fields;
  for (const key of Object.keys(FIELDS) as FieldKey[]) {
    const said = given[key];
    const over = said === undefined || said.value === null ? defaultBy(defaults[key], file) : said;
    if (over === undefined || isZero(over.value)) continue;
    const before = merged[key];
    merged[key] =
      isMap(key) && before !== undefined
        ? { value: { ...(before.value as Bag), ...(over.value as Bag) }, source: joined(before, over) }
        : over;
  }
  return merged as Fields;
}

function defaultBy(fallback: Sourced<unknown> | undefined, file: string): Sourced<unknown> | undefined {
  return fallback && { value: fallback.value, source: `${fallback.source}, filled into ${file}` };
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, { value }]) => typeof value !== 'object' || !isZero(value)),
  );
}

function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === false || value === 0 || value === null;
}

function isMap(key: FieldKey): boolean {
  return FIELDS[key] === 'stringMap' || FIELDS[key] === 'booleanMap' || FIELDS[key] === 'memorySwap';
}

function joined(before: Sourced<unknown> | undefined, over: Sourced<unknown>): string {
  return before === undefined ? over.source : `${before.source}, ${over.source}`;
}

function duplicated(source: string, key: string): CgprepError {
  return new CgprepError(
    'CGP_KUBELET_CONFIG',
    `${source}: ${key} is set again; the kubelet accepts a key only once in a drop-in file`,
    'Remove one of the two; unlike its main file, the kubelet reads drop-ins strictly from 1.29 on.',
  );
}
