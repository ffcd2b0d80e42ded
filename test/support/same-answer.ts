import type { Answer } from './naive-kubelet/kubelet.ts';

/** Is what was said what the naive kubelet says; `…` of its text stands for any, and the order of lists for none. */
export function sameAnswer(naive: Answer, said: Answer): boolean {
  if (naive.starts !== said.starts) return false;
  if (naive.message === null || said.message === null) return naive.message === said.message;
  const want = parts(naive.message);
  const got = parts(said.message);
  return want.length === got.length && want.every((one, index) => matches(one, got[index] ?? ''));
}

/** A text with the members of its list in order: the kubelet walks Go maps, whose order is random. */
function parts(message: string): string[] {
  const text = message.replace(/^failed to validate kubelet configuration, error: /, '');
  const list = /^(.*missing (?:paths|controllers): )(.*)$/s.exec(text);
  if (list !== null) return [list[1] ?? '', ...(list[2] ?? '').split(/, (?=\/|[a-z]+(?:,|$))/).toSorted()];
  if (text.startsWith('[') && text.endsWith(']')) {
    return text
      .slice(1, -1)
      .split(/, (?=invalid configuration: |kubelet is configured|can't use|unable to parse|…unable)/)
      .toSorted((a, b) => (a.replace(/^.*unable/, 'unable') < b.replace(/^.*unable/, 'unable') ? -1 : 1));
  }
  return text.split(/ (?=Resource ")/).toSorted();
}

function matches(pattern: string, text: string): boolean {
  const pieces = pattern.split('…');
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? (text.startsWith(piece) ? 0 : -1) : text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return pieces.at(-1) === '' || text.endsWith(pieces.at(-1) ?? '');
}
