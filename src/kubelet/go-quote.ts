/**
 * Go's strconv.Quote, which the kubelet's `%q` uses for the strings in its errors: `a"b` → `"a\"b"`.
 * Printable is asked of the Unicode tables of this Node, which are newer than those of an old kubelet:
 * a character that was added to Unicode since then would be escaped there and is not here.
 */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += quoteCharacter(character);
  return `${quoted}"`;
}

/** Go's `%q` of a list of strings: `["kube" "reserved"]`, and `[]` for none. */
export function goQuoteList(words: readonly string[]): string {
  return `[${words.map(goQuote).join(' ')}]`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function quoteCharacter(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  // Go holds a half surrogate as its replacement character, which is printable.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  // unicode.IsPrint: letters, marks, numbers, punctuation and symbols; of the spaces only U+0020.
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) return character;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
