const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A comment, or a key with quoted strings one after the other and then bare text; `\` takes the end of a line along. */
const LINE =
  /[^\S\n]*(?:[#;](?:\\[^]|[^\\\n])*|([^=\n]*)(?:=((?:[^\S\n]*(?:'[^']*(?:'|$)|"(?:[^"\\]|\\[^])*(?:"|$)))*)((?:[^\\\n]|\\[^]|\\$)*))?)(?:\n|$)/g;

/**
 * The variables of an `EnvironmentFile=`: quotes at the beginning of a value, `\` before any character outside them
 * and before `"`, `\`, `` ` `` and `$` in double ones; no expansion; a quoted value may run over several lines.
 * Source: systemd 252, src/basic/env-file.c, parse_env_file_internal; systemd.exec(5), EnvironmentFile=.
 */
export function parseEnvironmentFile(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, key = '', quoted, bare] of text.replaceAll('\r\n', '\n').matchAll(LINE)) {
    const name = key.trim();
    if (quoted === undefined || bare === undefined || !NAME.test(name)) continue;
    found.set(name, unquoted(quoted) + unescaped(bare));
  }
  return found;
}

function unquoted(text: string): string {
  return text.replaceAll(/[^\S\n]*(?:'([^']*)'?|"((?:[^"\\]|\\[^])*)"?)/g, (_, single?: string, double?: string) => {
    return single ?? (double ?? '').replaceAll(/\\([^])/g, (whole, one: string) => inDoubleQuotes(whole, one));
  });
}

function inDoubleQuotes(whole: string, one: string): string {
  if (one === '\n') return '';
  return '"\\`$'.includes(one) ? one : whole;
}

/** Blanks around the text go, unless they are escaped. */
function unescaped(text: string): string {
  const pieces = text.trimStart().match(/\\[^]?|[^\\]/g) ?? [];
  const end = pieces.findLastIndex((piece) => piece.trim() !== '');
  return pieces
    .slice(0, end + 1)
    .map((piece) => (piece.startsWith('\\') ? piece.slice(1).replace('\n', '') : piece))
    .join('');
}
