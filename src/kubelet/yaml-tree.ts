import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Pair, Scalar } from 'yaml';
import type { CgprepError } from '../errors.ts';
import type { ConfigOddity } from '../model/kubelet.ts';
import { resolveScalar } from './go-scalar.ts';
import type { GoScalar } from './go-scalar.ts';
import { refusal } from './refusal.ts';
import { flowDoubt, scalarDoubt } from './yaml-doubts.ts';

/** A value of the configuration, its aliases and merges resolved; `line` is where it begins, `text` as written. */
export type TreeNode = TreeMap | TreeList | (GoScalar & { readonly line: number; readonly text: string });

export interface TreeMap {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, TreeNode>;
}

export interface TreeList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly TreeNode[];
}

/** The kubelet's own limit is 10,000; nothing in its configuration is deeper than four. */
const MAX_DEPTH = 64;
/** The kubelet gives up where aliases make up nearly all of more than 1,000 values; this is stricter. */
const MAX_ALIASED = 1000;

/** Where a tree stands, and what it tells besides its values. */
export interface Place {
  /** The whole file. */
  readonly text: string;
  readonly file: string;
  readonly json: boolean;
  /** The line of an offset in the text. */
  readonly lineAt: (offset: number) => number;
  /** Takes the keys that are set more than once. */
  readonly oddities: ConfigOddity[];
}

/** What is known while a tree grows. */
interface Growth extends Place {
  /** By name, the latest so far: an alias means the last anchor before it. */
  readonly anchors: Map<string, Node>;
  /** What each alias meant when it was first met. */
  readonly targets: Map<Alias, Node>;
  /** The aliases that are being followed. */
  readonly followed: Set<Alias>;
  /** How many values came from aliases. */
  aliased: number;
}

/**
 * Turns the library's tree into values as go-yaml v2 does (decode.go): the last of two equal keys wins, and a
 * merge overwrites the keys before it.
 * @throws CgprepError CGP_KUBELET_CONFIG
 */
export function growTree(contents: Node | null, place: Place): TreeNode {
  const state = { anchors: new Map(), targets: new Map(), followed: new Set<Alias>(), aliased: 0 };
  return grow({ ...place, ...state }, contents, '', 0, 1);
}

function grow(growth: Growth, given: unknown, path: string, depth: number, lineAbove: number): TreeNode {
  const line = lineOf(growth, given, lineAbove);
  if (depth > MAX_DEPTH) throw refuse(growth, line, `nested more than ${MAX_DEPTH} deep`);
  if (isAlias(given)) return follow(growth, given, path, depth, line);
  if (growth.followed.size > 0) countAliased(growth, line);
  else if (isNode(given) && given.anchor !== undefined) rememberAnchor(growth, given, given.anchor, line);
  if (isScalar(given)) return growScalar(growth, given, line);
  const doubt = growth.json ? null : flowDoubt(given);
  if (doubt !== null) throw refuse(growth, line, doubt);
  if (isMap(given)) return { kind: 'map', line, entries: fill(growth, given.items, new Map(), path, depth, line) };
  if (isSeq(given)) {
    const items = given.items.map((item, index) => grow(growth, item, `${path}[${index}]`, depth + 1, line));
    return { kind: 'list', line, items };
  }
  return { kind: 'null', line, text: '' };
}

function follow(growth: Growth, alias: Alias, path: string, depth: number, line: number): TreeNode {
  const target = growth.targets.get(alias) ?? growth.anchors.get(alias.source);
  if (target === undefined) throw refuse(growth, line, `the alias *${alias.source} without an anchor before it`);
  growth.targets.set(alias, target);
  if (growth.followed.has(alias))
    throw refuse(growth, line, `the anchor &${alias.source}, whose value contains itself`);
  growth.followed.add(alias);
  const grown = grow(growth, target, path, depth, line);
  growth.followed.delete(alias);
  return grown;
}

function growScalar(growth: Growth, node: Scalar, line: number): TreeNode {
  const text = node.source ?? '';
  const doubt = growth.json ? null : scalarDoubt(growth.text, node);
  if (doubt !== null) throw refuse(growth, line, doubt);
  const scalar = resolveScalar(text, node.type === 'PLAIN', node.tag);
  if ('error' in scalar) throw refuse(growth, line, scalar.error);
  if (scalar.kind === 'float' && !Number.isFinite(scalar.value))
    throw refuse(growth, line, `${text}, which JSON cannot hold`);
  return { ...scalar, line, text };
}

function fill(
  growth: Growth,
  pairs: readonly Pair[],
  entries: Map<string, TreeNode>,
  path: string,
  depth: number,
  line: number,
): Map<string, TreeNode> {
  for (const pair of pairs) {
    if (isMergeKey(pair.key)) {
      merge(growth, pair.value, entries, path, depth, lineOf(growth, pair.key, line));
      continue;
    }
    const keyNode = grow(growth, pair.key, path, depth + 1, line);
    const key = keyOf(growth, keyNode);
    const dotted = path === '' ? key : `${path}.${key}`;
    const value = grow(growth, pair.value, dotted, depth + 1, keyNode.line);
    const before = entries.get(key);
    if (before !== undefined) reportDuplicate(growth, dotted, keyNode.line, before, value);
    entries.set(key, value);
  }
  return entries;
}

/** `<<: *base` or `<<: [*a, *b]`, of which the earlier wins. */
function merge(
  growth: Growth,
  value: unknown,
  entries: Map<string, TreeNode>,
  path: string,
  depth: number,
  line: number,
): void {
  const merged = isSeq(value) ? value.items.toReversed() : [value];
  for (const item of merged) {
    const grown = grow(growth, item, path, depth + 1, line);
    if (grown.kind !== 'map') throw refuse(growth, line, 'a merge (<<) of what is no mapping');
    for (const [key, node] of grown.entries) {
      const before = entries.get(key);
      if (before !== undefined) reportDuplicate(growth, path === '' ? key : `${path}.${key}`, line, before, node);
      entries.set(key, node);
    }
  }
}

function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) && key.source === '<<' && (key.tag === undefined ? key.type === 'PLAIN' : key.tag.endsWith(':merge'))
  );
}

/** JSON has only strings for keys: numbers and booleans become their text, as in sigs.k8s.io/yaml. */
function keyOf(growth: Growth, node: TreeNode): string {
  if (node.kind === 'string') return node.value;
  if (node.kind === 'int' || node.kind === 'float' || node.kind === 'boolean') return String(node.value);
  const found = node.kind === 'null' ? 'empty' : `a ${node.kind}`;
  throw refuse(growth, node.line, `a key that is ${found}; the kubelet takes only scalars for keys`);
}

function reportDuplicate(growth: Growth, key: string, line: number, before: TreeNode, after: TreeNode): void {
  const { file, json, oddities } = growth;
  // Go's JSON decoder fills the second value into the first: mappings mix, a null changes nothing.
  const mixed = before.kind !== after.kind || after.kind === 'map';
  if (json && mixed) throw refuse(growth, line, `${key} is set again, and in JSON the kubelet mixes the two`);
  const source = `${file}:${line}`;
  const message = `${source}: ${key} is set again; the kubelet takes the last one`;
  oddities.push({ kind: 'duplicate-key', key, source, message });
}

function rememberAnchor(growth: Growth, node: Node, name: string, line: number): void {
  // go-yaml ends a name where YAML 1.2 goes on.
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw refuse(growth, line, `the anchor &${name}, which the kubelet cannot read`);
  growth.anchors.set(name, node);
}

function countAliased(growth: Growth, line: number): void {
  growth.aliased += 1;
  if (growth.aliased > MAX_ALIASED) throw refuse(growth, line, `more than ${MAX_ALIASED} values by way of aliases`);
}

function lineOf(growth: Growth, node: unknown, lineAbove: number): number {
  if (!isNode(node) || node.range === undefined || node.range === null) return lineAbove;
  const [start, end] = node.range;
  // An empty value lies wherever the next token is; it belongs to its key.
  return start === end ? lineAbove : growth.lineAt(start);
}

function refuse({ file }: Growth, line: number, what: string): CgprepError {
  return refusal(file, line, what, 'Correct the file; cgprep changes nothing on the strength of it.');
}
