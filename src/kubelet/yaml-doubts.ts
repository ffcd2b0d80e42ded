import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Scalar } from 'yaml';

// Spellings that the library, which reads YAML 1.2, takes and go-yaml v2 does not, or takes for something else.
// They were found by comparing the two on many thousands of damaged configurations.

/** What is doubtful in one scalar of a YAML file; null when nothing is. */
export function scalarDoubt(text: string, { type, range, source, tag }: Scalar): string | null {
  if (tag === '!' && source === '') return 'a tag without a value';
  if (type === 'PLAIN' || range === undefined || range === null || source === undefined) return null;
  const raw = text.slice(range[0], range[1]);
  if (type === 'QUOTE_DOUBLE') {
    return /(?<!\\)(?:\\\\)*\\\//.test(raw) ? 'the escape \\/, which the kubelet does not know in YAML' : null;
  }
  const block = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
  return block && /^[|>][-+]?[0-9]|\n[ \t]+(?:\r?\n|$)/.test(raw)
    ? 'a block of text with lines of blanks or an indentation number'
    : null;
}

/** What is doubtful between the braces or brackets of a flow collection: `?`, a leading `:`, a `:` before `,` or `}`. */
export function flowDoubt(node: unknown): string | null {
  if ((!isMap(node) && !isSeq(node)) || node.flow !== true) return null;
  for (const item of node.items) {
    const [key, value] = isPair(item) ? [item.key, item.value] : [item, null];
    if (isDoubtful(key) || isDoubtful(value)) return 'a "?" or ":" in braces or brackets, to be put in quotes';
    if (isScalar(value) && value.source === '' && value.type === 'PLAIN') return 'an empty value in braces or brackets';
  }
  return null;
}

function isDoubtful(node: unknown): boolean {
  return isScalar(node) && node.type === 'PLAIN' && /^:|\?/.test(node.source ?? '');
}
