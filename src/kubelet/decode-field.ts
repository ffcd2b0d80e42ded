import type { FieldType, MemorySwap } from './fields.ts';
import { refusal } from './refusal.ts';
import type { TreeNode } from './yaml-tree.ts';

/** Where a value stands, for messages. */
interface Place {
  /** Dotted: `kubeReserved.cpu`. */
  readonly key: string;
  readonly file: string;
  /** JSON numbers are held to their spelling, YAML's to their value. */
  readonly json: boolean;
}

const WANTED: Readonly<Record<FieldType, string>> = {
  string: 'a string',
  boolean: 'true or false',
  int32: 'a whole number from -2147483648 to 2147483647',
  strings: 'a list of strings',
  stringMap: 'a mapping of strings',
  booleanMap: 'a mapping of true or false',
  memorySwap: 'a mapping with swapBehavior',
};

/**
 * The value of one field, of the type that the kubelet's struct has (encoding/json's rules: null is no value,
 * no type turns into another).
 * @throws CgprepError CGP_KUBELET_CONFIG
 */
export function decodeField(type: FieldType, node: TreeNode, place: Place): unknown {
  if (node.kind === 'null') return null;
  switch (type) {
    case 'string':
    case 'boolean':
      return node.kind === type ? node.value : mismatch(type, node, place);
    case 'int32':
      return int32(node, place);
    case 'strings':
      if (node.kind !== 'list') return mismatch(type, node, place);
      // A null in a list is Go's zero value.
      return node.items.map((item, index) => decodeField('string', item, at(place, `[${index}]`)) ?? '');
    case 'stringMap':
      return mapOf(type, 'string', node, place);
    case 'booleanMap':
      return mapOf(type, 'boolean', node, place);
    case 'memorySwap':
      break;
  }
  return memorySwap(node, place);
}

function int32(node: TreeNode, place: Place): number {
  if (node.kind !== 'int' && node.kind !== 'float') return mismatch('int32', node, place);
  const whole = place.json ? /^-?\d+$/.test(node.text) : Number.isInteger(node.value);
  return whole && node.value === (node.value | 0) ? node.value : mismatch('int32', node, place);
}

function mapOf(type: FieldType, element: 'string' | 'boolean', node: TreeNode, place: Place): unknown {
  if (node.kind !== 'map') return mismatch(type, node, place);
  const entries = [...node.entries].map(
    ([key, value]) => [key, decodeField(element, value, at(place, `.${key}`))] as const,
  );
  return Object.fromEntries(entries);
}

function memorySwap(node: TreeNode, place: Place): MemorySwap {
  if (node.kind !== 'map') return mismatch('memorySwap', node, place);
  const behaviour = node.entries.get('swapBehavior');
  if (behaviour === undefined) return {};
  if (behaviour.kind === 'null') return { swapBehavior: null };
  if (behaviour.kind !== 'string') return mismatch('string', behaviour, at(place, '.swapBehavior'));
  return { swapBehavior: behaviour.value };
}

function at(place: Place, below: string): Place {
  return { ...place, key: place.key + below };
}

function mismatch(type: FieldType, node: TreeNode, place: Place): never {
  const hint =
    type === 'string' && 'text' in node
      ? `Put the value in quotes: "${node.text}"`
      : `Make ${place.key} ${WANTED[type]}.`;
  throw refusal(place.file, node.line, `${place.key} is ${describe(node)}; the kubelet accepts ${WANTED[type]}`, hint);
}

function describe(node: TreeNode): string {
  switch (node.kind) {
    case 'map':
      return 'a mapping';
    case 'list':
      return 'a list';
    case 'string':
      return `the string "${node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value}"`;
    case 'boolean':
      return `the boolean ${node.text}`;
    case 'null':
      return 'null';
    case 'int':
    case 'float':
      break;
  }
  return `the number ${node.text}`;
}
