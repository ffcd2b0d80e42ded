/** What every manual page says of itself. */
export interface Edition {
  readonly version: string;
  /** YYYY-MM-DD */
  readonly date: string;
}

/** One entry of a list: what it is about, in markup, and its paragraphs. */
export interface Entry {
  readonly term: string;
  readonly text: readonly string[];
}

/**
 * A page in man(7), from markup of three kinds: `**bold**` for what is typed as it stands, `*italic*` for what is
 * put in its place, and a backquoted name, which is bold too.
 */
export function page(name: string, section: number, { version, date }: Edition, parts: readonly string[]): string {
  const title = `.TH ${name.toUpperCase()} ${section} ${date} "cgprep ${version}" "cgprep"`;
  return `.\\" Generated from the table of options: build/share.ts\n${title}\n${parts.join('')}`;
}

export function heading(title: string, ...parts: readonly string[]): string {
  // The heading begins a paragraph itself.
  return `.SH ${title}\n${parts.join('').replace(/^\.PP\n/, '')}`;
}

/** Paragraphs of running text. */
export function paragraphs(...texts: readonly string[]): string {
  return texts.map((text) => `.PP\n${markup(text)}\n`).join('');
}

/** A list of terms, each with its text indented below. */
export function entries(list: readonly Entry[]): string {
  return list
    .map(({ term, text: [first = '', ...more] }) => {
      const rest = more.map((text) => `.IP\n${markup(text)}\n`).join('');
      return `.TP\n${markup(term)}\n${markup(first)}\n${rest}`;
    })
    .join('');
}

/** Lines that are set as they stand. */
export function verbatim(...lines: readonly string[]): string {
  return `.PP\n.RS 4\n.nf\n${lines.map(literal).map(guarded).join('\n')}\n.fi\n.RE\n`;
}

/** Markup to roff, in lines that can be read: a new one for each sentence, as man-pages(7) asks. */
function markup(text: string): string {
  return text
    .split(/(?<=[.:;]) (?=[^a-z])/)
    .flatMap((sentence) => folded(marked(sentence)))
    .map(guarded)
    .join('\n');
}

function folded(line: string): string[] {
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= 80) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function marked(text: string): string {
  return text
    .split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/)
    .map((part) => {
      const [, bold, italic, code] = /^(?:\*\*(.+)\*\*|\*(.+)\*|`(.+)`)$/.exec(part) ?? [];
      if (bold !== undefined || code !== undefined) return `\\fB${literal(bold ?? code ?? '')}\\fR`;
      return italic === undefined ? escaped(part) : `\\fI${literal(italic)}\\fR`;
    })
    .join('');
}

/** Typed text keeps its hyphens as minus signs, so that it can be copied from the page (groff_char(7)). */
function literal(text: string): string {
  return escaped(text).replaceAll('-', '\\-');
}

/** Letters beyond ASCII by their number: troff reads Latin-1. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replace(/[^\0-~]/gu, (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

/** A line that begins with a dot or an apostrophe would be a request (groff(7)). */
function guarded(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
