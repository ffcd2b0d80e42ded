/** One assignment in a unit file. */
export interface Assignment {
  readonly key: string;
  readonly value: string;
}

/** The assignments of `[Service]`. */
export function serviceAssignments(text: string): Assignment[] {
  return assignmentsIn('Service', text);
}

/**
 * The assignments of a section, as systemd.syntax(7) has them: a backslash at the end of a line is a blank and
 * the next line goes on; a comment line in between is passed over; blanks around `=` count for nothing.
 */
export function assignmentsIn(wanted: string, text: string): Assignment[] {
  const assignments: Assignment[] = [];
  let section = '';
  for (const line of logicalLines(text)) {
    const header = /^\[(.*)\]\s*$/.exec(line)?.[1];
    const match = /^([^=\s]+)\s*=\s*([^]*?)\s*$/.exec(line);
    if (header !== undefined) section = header;
    else if (section === wanted && match !== null) assignments.push({ key: match[1] ?? '', value: match[2] ?? '' });
  }
  return assignments;
}

/** Source: systemd 252, src/shared/conf-parser.c, config_parse. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line.startsWith('#') || line.startsWith(';')) continue;
    const whole: string = (begun ?? '') + line;
    // An even number of backslashes is backslashes, and not a continuation.
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(whole)) {
      begun = `${whole.slice(0, -1)} `;
      continue;
    }
    lines.push(whole);
    begun = null;
  }
  return begun === null ? lines : [...lines, begun];
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/**
 * Splits into words as systemd.syntax(7), "Quoting", says: either quote, C escapes, quotes removed.
 * @returns null for a quote that is not closed, for which systemd passes over the whole assignment
 */
export function unitWords(text: string): string[] | null {
  const piece = /\s+|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|((?:[^\s'"\\]|\\[^])+)|([^])/g;
  return splitBy(piece, text, unescape);
}

/**
 * Splits a variable's value: the same without C escapes, and a quote that is not closed ends with the value.
 * Source: systemd 252, src/basic/env-util.c, replace_env_argv (EXTRACT_UNQUOTE with EXTRACT_RELAX).
 */
export function valueWords(text: string): string[] {
  const piece = /\s+|'((?:[^'\\]|\\[^])*)(?:'|\\?$)|"((?:[^"\\]|\\[^])*)(?:"|\\?$)|((?:[^\s'"\\]|\\[^])+|\\$)/g;
  return splitBy(piece, text, (part) => part.replaceAll(/\\([^]|$)/g, '$1')) ?? [];
}

function splitBy(piece: RegExp, text: string, plain: (part: string) => string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (const [whole, single, double, bare, stray] of text.matchAll(piece)) {
    if (stray !== undefined) return null;
    if (/^\s/.test(whole)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + plain(single ?? double ?? bare ?? '');
    }
  }
  return word === null ? words : [...words, word];
}

function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([^]))/g,
    (_, hex?: string, octal?: string, one?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return ESCAPES[one ?? ''] ?? one ?? '';
    },
  );
}

/** Of the specifiers of systemd.unit(5) only `%%` is resolved: the others name what no kubelet flag depends on. */
export function withoutSpecifiers(text: string): string {
  return text.replaceAll('%%', '%');
}
