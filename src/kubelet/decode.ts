import type { ConfigOddity, Sourced } from '../model/kubelet.ts';
import { decodeField } from './decode-field.ts';
import { FIELDS, isFieldKey, OTHER_FIELDS } from './fields.ts';
import type { FieldKey, Fields } from './fields.ts';
import { refusal } from './refusal.ts';
import { readKubeletDocument } from './yaml-kubelet.ts';
import type { TreeMap, TreeNode } from './yaml-tree.ts';

const API_VERSION = 'kubelet.config.k8s.io/v1beta1';
const KIND = 'KubeletConfiguration';

/** One configuration file as the kubelet reads it, before anything is merged or defaulted. */
export interface Decoded {
  /** The file's path on the host. */
  readonly file: string;
  readonly fields: Fields;
  readonly oddities: readonly ConfigOddity[];
}

/**
 * Decodes the file of `--config` as the kubelet does, which falls back to lenient decoding: unknown and duplicate
 * keys are oddities, wrong types are errors.
 * Source: kubelet 1.20 to 1.36, kubeletconfig/util/codec/codec.go, DecodeKubeletConfiguration.
 * @param file the path on the host, for sources and messages
 * @throws CgprepError CGP_KUBELET_CONFIG with file, line, key, what was found and what the kubelet accepts
 */
export function decodeKubeletConfig(text: string, file: string): Decoded {
  return decode(text, file, () => '');
}

/**
 * Decodes one drop-in file of `--config-dir`. As the main file, but what it says is kept apart from what it does
 * not say: a null is a value that effectiveConfig merges.
 * Source: kubelet 1.28 to 1.36, server.go, mergeKubeletConfigurations.
 * @throws CgprepError CGP_KUBELET_CONFIG
 */
export function decodeDropIn(text: string, file: string): Decoded {
  return decode(text, file, (apiVersion, kind) => {
    const found =
      apiVersion === '' && kind === '' ? 'no apiVersion/kind' : `unknown apiVersion/kind: ${gvk(apiVersion, kind)}`;
    return ` (the kubelet: failed to load kubelet dropin file, path: ${file}, ${found})`;
  });
}

type Aside = (apiVersion: string, kind: string) => string;

function decode(text: string, file: string, aside: Aside): Decoded {
  const { root, json, oddities } = readKubeletDocument(text, file);
  if (root.kind !== 'map') {
    const found = root.kind === 'list' ? 'a list' : `the single value "${root.text}"`;
    throw refusal(file, root.line, `the file holds ${found}; the kubelet accepts a mapping`, 'Write key: value lines.');
  }
  checkKind(root, file, aside);
  const fields: Partial<Record<FieldKey, Sourced<unknown>>> = {};
  const unknown: { readonly key: string; readonly source: string }[] = [];
  for (const [key, node] of root.entries) {
    const source = `${file}:${node.line}`;
    const other = OTHER_FIELDS.get(key);
    if (isFieldKey(key)) fields[key] = { value: decodeField(FIELDS[key], node, { key, file, json }), source };
    else if (other !== undefined) decodeField(other, node, { key, file, json });
    else unknown.push({ key, source });
  }
  // The types follow from FIELDS, by which decodeField has checked each value.
  return { file, fields: fields as Fields, oddities: [...oddities, ...nearMisses(unknown)] };
}

function checkKind(root: TreeMap, file: string, aside: Aside): void {
  const apiVersion = root.entries.get('apiVersion');
  const kind = root.entries.get('kind');
  const both = aside(wordOf(apiVersion), wordOf(kind));
  for (const [key, node, wanted] of [
    ['apiVersion', apiVersion, API_VERSION],
    ['kind', kind, KIND],
  ] as const) {
    if (node?.kind === 'string' && node.value === wanted) continue;
    const found = node === undefined || wordOf(node) === '' ? 'is missing' : `is ${wordOf(node)}`;
    const what = `${key} ${found}; the kubelet accepts only ${wanted}${both}`;
    throw refusal(file, node?.line ?? root.line, what, `Set ${key}: ${wanted}`);
  }
}

function wordOf(node: TreeNode | undefined): string {
  if (node === undefined) return '';
  return node.kind === 'map' || node.kind === 'list' ? `a ${node.kind}` : node.text;
}

/** Go's GroupVersionKind.String(). */
function gvk(apiVersion: string, kind: string): string {
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return `${groupVersion}, Kind=${kind}`;
}

/** Keys that are one of ours but for the case of their letters: the kubelet reads its file with regard to case. */
function nearMisses(unknown: readonly { readonly key: string; readonly source: string }[]): ConfigOddity[] {
  const known = [...Object.keys(FIELDS), ...OTHER_FIELDS.keys()];
  const meantBy = new Map(known.map((field) => [field.toLowerCase(), field]));
  return unknown.flatMap(({ key, source }) => {
    const meant = meantBy.get(key.toLowerCase());
    if (meant === undefined) return [];
    const message = `${source}: ${key} is not a key; the kubelet ignores it and knows ${meant}`;
    return [{ kind: 'unknown-key', key, source, message }];
  });
}
