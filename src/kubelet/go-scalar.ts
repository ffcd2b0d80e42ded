/** What a scalar is to the kubelet's YAML 1.1 reader. */
export type GoScalar =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

/**
 * Resolves a scalar with regard to its tag, as go-yaml v2 does: an unknown tag makes it a string.
 * @param tag in full, `tag:yaml.org,2002:int`, or `!local`
 * @returns an error where the kubelet would fail, or where two readers may differ
 */
export function resolveScalar(
  text: string,
  plain: boolean,
  tag: string | undefined,
): GoScalar | { readonly error: string } {
  if (tag === undefined) return plain ? resolvePlain(text) : { kind: 'string', value: text };
  const name = /^tag:yaml\.org,2002:(.*)$/.exec(tag)?.[1] ?? '';
  switch (name) {
    case 'null':
    case 'bool':
    case 'int':
    case 'float':
      return asTagged(text, name);
    case 'binary':
    case 'timestamp':
      return { error: `a value with the tag !!${name}; the kubelet's configuration has none` };
    default:
      return { kind: 'string', value: text };
  }
}

function asTagged(text: string, name: 'null' | 'bool' | 'int' | 'float'): GoScalar | { readonly error: string } {
  const scalar = resolvePlain(text);
  if (scalar.kind === 'int' && name === 'float') return { kind: 'float', value: scalar.value };
  if (scalar.kind === (name === 'bool' ? 'boolean' : name)) return scalar;
  return { error: `"${text}" cannot be read as !!${name}` };
}

/** The words of resolve.go's table. */
const WORDS: ReadonlyMap<string, GoScalar> = new Map([
  ...table(['', '~', 'null', 'Null', 'NULL'], { kind: 'null' }),
  ...table(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], { kind: 'boolean', value: true }),
  ...table(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], {
    kind: 'boolean',
    value: false,
  }),
  ...table(['.nan', '.NaN', '.NAN'], { kind: 'float', value: Number.NaN }),
  ...table(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], { kind: 'float', value: Infinity }),
  ...table(['-.inf', '-.Inf', '-.INF'], { kind: 'float', value: -Infinity }),
]);

function table(words: readonly string[], scalar: GoScalar): [string, GoScalar][] {
  return words.map((word) => [word, scalar]);
}

/**
 * Resolves an unquoted scalar as go-yaml v2 does (resolve.go): `yes` and `on` are true, `0755` and `1_000` are
 * integers, `12:30` and `2001-01-01` are strings.
 * The kubelet reads its files with this reader in every release from 1.20 to 1.36.
 */
export function resolvePlain(text: string): GoScalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  // Underscores are digits' separators only where the text begins like a number.
  if (!/^[-+0-9.]/.test(text)) return { kind: 'string', value: text };
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  return integer(digits) ?? float(digits) ?? { kind: 'string', value: text };
}

/** Go's ParseInt and then ParseUint with base 0, and `0b` before a sign, which go-yaml lets pass. */
function integer(digits: string): GoScalar | null {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(digits);
  if (match === null) {
    const signed = /^0b([-+])([01]{1,63})$/.exec(digits);
    return signed === null ? null : inRange(signed[1] === '-', BigInt(`0b${signed[2]}`), true);
  }
  const [, sign = '', hex, binary, octal, decimal = ''] = match;
  let magnitude = BigInt(decimal);
  if (hex !== undefined) magnitude = BigInt(`0x${hex}`);
  else if (binary !== undefined) magnitude = BigInt(`0b${binary}`);
  else if (octal !== undefined) magnitude = BigInt(`0o${octal}`);
  return inRange(sign === '-', magnitude, sign !== '');
}

/** An unsigned number may use all 64 bits. */
function inRange(negative: boolean, magnitude: bigint, signed: boolean): GoScalar | null {
  const limit = negative ? 2n ** 63n : 2n ** (signed ? 63n : 64n) - 1n;
  if (magnitude > limit) return null;
  return { kind: 'int', value: Number(negative ? -magnitude : magnitude) };
}

function float(digits: string): GoScalar | null {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits)) return null;
  const value = Number(digits);
  return Number.isFinite(value) ? { kind: 'float', value } : null;
}
