import type { MemoryReservation } from '../model/kubelet.ts';
import type { FieldType, MemorySwap } from './fields.ts';
import { parseDuration } from './go-number.ts';
import { parseQuantity } from './quantity.ts';
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
  int64: 'a whole number',
  duration: 'a duration as text, like 10s or 1m30s',
  strings: 'a list of strings',
  stringMap: 'a mapping of strings',
  booleanMap: 'a mapping of true or false',
  memorySwap: 'a mapping with swapBehavior',
  number: 'a number',
  reservedMemory: 'a list of mappings with numaNode and limits',
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
    case 'int64':
      return whole('int64', node, place);
    case 'duration':
      return duration(node, place);
    case 'strings':
      // A null in a list is Go's zero value.
      return listOf(type, node, place, (item, where) => decodeField('string', item, where) ?? '');
    case 'stringMap':
      return mapOf(type, 'string', node, place);
    case 'booleanMap':
      return mapOf(type, 'boolean', node, place);
    case 'number':
      return number(node, place);
    case 'reservedMemory':
      return listOf(type, node, place, memoryReservation);
    case 'memorySwap':
      break;
  }
  return memorySwap(node, place);
}

function int32(node: TreeNode, place: Place): number {
  const value = whole('int32', node, place);
  return value === (value | 0) ? value : mismatch('int32', node, place);
}

function whole(type: 'int32' | 'int64', node: TreeNode, place: Place): number {
  if (node.kind !== 'int' && node.kind !== 'float') return mismatch(type, node, place);
  const isWhole = place.json ? /^-?\d+$/.test(node.text) : Number.isInteger(node.value);
  return isWhole ? node.value : mismatch(type, node, place);
}

/** metav1.Duration, UnmarshalJSON: a string, and what time.ParseDuration takes. */
function duration(node: TreeNode, place: Place): string {
  if (node.kind !== 'string' || 'error' in parseDuration(node.value)) return mismatch('duration', node, place);
  return node.value;
}

function number(node: TreeNode, place: Place): number {
  return node.kind === 'int' || node.kind === 'float' ? node.value : mismatch('number', node, place);
}

function listOf<T>(type: FieldType, node: TreeNode, place: Place, decodeItem: (item: TreeNode, at: Place) => T): T[] {
  if (node.kind !== 'list') return mismatch(type, node, place);
  return node.items.map((item, index) => decodeItem(item, at(place, `[${index}]`)));
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

function memoryReservation(node: TreeNode, place: Place): MemoryReservation {
  if (node.kind === 'null') return { numaNode: 0, limits: {} };
  if (node.kind !== 'map') return mismatch('reservedMemory', node, place);
  const numaNode = node.entries.get('numaNode');
  const limits = node.entries.get('limits');
  if (limits !== undefined && limits.kind !== 'map' && limits.kind !== 'null')
    return mismatch('stringMap', limits, at(place, '.limits'));
  const entries = limits?.kind === 'map' ? [...limits.entries] : [];
  return {
    numaNode: numaNode === undefined || numaNode.kind === 'null' ? 0 : int32(numaNode, at(place, '.numaNode')),
    limits: Object.fromEntries(entries.map(([key, value]) => [key, quantity(value, at(place, `.limits.${key}`))])),
  };
}

/** Quantity.UnmarshalJSON: a quantity may stand without its quotes, and is parsed at once. */
function quantity(node: TreeNode, place: Place): string {
  if (node.kind === 'null') return '0';
  if (node.kind !== 'string' && node.kind !== 'int' && node.kind !== 'float') return mismatch('string', node, place);
  const text = node.kind === 'string' ? node.value : node.text;
  const parsed = parseQuantity(text);
  if (!('error' in parsed)) return text;
  const what = `${place.key} is ${describe(node)}: ${parsed.error}`;
  throw refusal(place.file, node.line, what, 'Write a Kubernetes quantity, for example 256Mi or 1Gi.');
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
