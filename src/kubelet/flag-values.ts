import type { MemoryReservation } from '../model/kubelet.ts';
import { parseQuantity } from './quantity.ts';

/** Why a flag's value is none, in the kubelet's words. */
export interface Unreadable {
  readonly error: string;
}

/**
 * A StringSlice: one record of CSV, nothing trimmed: `pods, kube-reserved` has a blank in its second word.
 * Source: pflag's string_slice.go over Go's encoding/csv.
 */
export function readCsv(text: string): readonly string[] | Unreadable {
  if (text === '') return [];
  const fields: string[] = [];
  // Blank lines before the record are passed over; what stands after its line is never read.
  let rest = text.replace(/^(?:\r?\n)+/, '');
  if (rest === '') return { error: 'EOF' };
  for (;;) {
    const { length, field } = csvField(rest);
    if (typeof field === 'object') return field;
    fields.push(field);
    if (rest[length] !== ',') return fields;
    rest = rest.slice(length + 1);
  }
}

/** The first field of a record, and how much of the text it takes. */
function csvField(rest: string): { readonly length: number; readonly field: string | Unreadable } {
  const quoted = /^"((?:[^"]|"")*)"(?=,|\r?\n|\r?$)/.exec(rest);
  if (quoted !== null) return { length: quoted[0].length, field: (quoted[1] ?? '').replaceAll('""', '"') };
  const bare = /^[^,\n]*/.exec(rest)?.[0] ?? '';
  if (bare.startsWith('"')) return { length: 0, field: { error: 'extraneous or missing " in quoted-field' } };
  if (bare.includes('"')) return { length: 0, field: { error: 'bare " in non-quoted field' } };
  return { length: bare.length, field: bare.replace(/\r$/, '') };
}

/**
 * `a=1,b=2`, or `a<1` for thresholds; blanks around keys and values go, empty pairs are passed over.
 * Source: component-base/cli/flag, MapStringString and LangleSeparatedMapStringString.
 */
export function readPairs(text: string, separator: '=' | '<'): readonly (readonly [string, string])[] | Unreadable {
  const pairs: (readonly [string, string])[] = [];
  for (const pair of text.split(',')) {
    if (pair === '') continue;
    const at = pair.indexOf(separator);
    if (at === -1) return { error: `malformed pair, expect string${separator}string` };
    pairs.push([pair.slice(0, at).trim(), pair.slice(at + 1).trim()]);
  }
  return pairs;
}

/** `MemoryQoS=true,NodeSwap=false`: component-base/cli/flag, MapStringBool. */
export function readSwitches(text: string): readonly (readonly [string, boolean])[] | Unreadable {
  const pairs = readPairs(text, '=');
  if ('error' in pairs) return { error: 'malformed pair, expect string=bool' };
  const switches: (readonly [string, boolean])[] = [];
  for (const [key, word] of pairs) {
    const value = readBoolean(word);
    if (typeof value === 'object') return { error: `invalid value of ${key}: ${word}, err: ${value.error}` };
    switches.push([key, value]);
  }
  return switches;
}

/** Go's strconv.ParseBool. */
export function readBoolean(text: string): boolean | Unreadable {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return false;
  return { error: `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax` };
}

/** Go's strconv.ParseInt with base 0 and 32 bits: `-999`, `0x10`, `0o17`, `1_000`. */
export function readInt32(text: string): number | Unreadable {
  const match =
    /^([-+]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/.exec(text);
  const wrong = `strconv.ParseInt: parsing ${JSON.stringify(text)}`;
  if (match === null) return { error: `${wrong}: invalid syntax` };
  const digits = (match[2] ?? '').replaceAll('_', '');
  const number = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits) * (match[1] === '-' ? -1 : 1);
  return number === (number | 0) ? number | 0 : { error: `${wrong}: value out of range` };
}

/**
 * `0:memory=1Gi,hugepages-1Gi=2Gi;1:memory=1Gi`.
 * Source: pkg/util/flag, ReservedMemoryVar, from 1.21 on; its spelling is its own.
 */
export function readReservedMemory(text: string): readonly MemoryReservation[] | Unreadable {
  if (text === '') return [];
  const reservations: MemoryReservation[] = [];
  for (const part of text.split(';')) {
    const [node, pairs, ...more] = part.split(':');
    if (node === undefined || pairs === undefined || more.length > 0) {
      const wanted = 'expected numaNodeID:type=quantity[,type=quantity...]';
      return { error: `the reserved memory has incorrect format, ${wanted}, got ${part}` };
    }
    if (!/^[-+]?\d+$/.test(node)) {
      return { error: `failed to convert the NUMA node ID, exptected integer, got ${node}` };
    }
    const limits: Record<string, string> = {};
    for (const pair of pairs.split(',')) {
      const [type, quantity, ...rest] = pair.split('=');
      if (type === undefined || quantity === undefined || rest.length > 0)
        return { error: `the reserved limit has incorrect value, expected type=quantatity, got ${pair}` };
      if (type !== 'memory' && !type.startsWith('hugepages-'))
        return { error: `memory type conversion error, unknown type: ${JSON.stringify(type)}` };
      if ('error' in parseQuantity(quantity))
        return { error: `failed to parse the quantatity, expected quantatity, got ${quantity}` };
      limits[type] = quantity;
    }
    reservations.push({ numaNode: Number(node), limits });
  }
  return reservations;
}
