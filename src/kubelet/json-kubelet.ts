import { refusal } from './refusal.ts';

/** The kubelet takes a text that begins with `{` for JSON (apimachinery's util/yaml, IsJSONBuffer). */
export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{') && !text.startsWith('\ufeff');
}

/**
 * Refuses what begins as JSON and is YAML: comments, bare words, trailing commas.
 * @throws CgprepError CGP_KUBELET_CONFIG
 */
export function checkJson(text: string, file: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const line = text.slice(0, firstNotJson(text, error)).split('\n').length;
    const what = 'not valid JSON, as which the kubelet reads a file that begins with {';
    throw refusal(file, line, what, 'Write valid JSON, or YAML that does not begin with {.');
  }
}

/** V8 tells the position of some errors; of the others, the first word that is none of JSON's, or a comma too many. */
function firstNotJson(text: string, error: unknown): number {
  const told = /at position (\d+)/.exec(String(error))?.[1];
  if (told !== undefined) return Number(told);
  const word = /\s*(?:[{}[\],:]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true\b|false\b|null\b)/y;
  let previous = '';
  for (;;) {
    const start = word.lastIndex;
    const match = word.exec(text)?.[0];
    if (match === undefined) return start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0);
    const current = match.trimStart();
    if (previous === ',' && (current === ']' || current === '}')) return word.lastIndex - 1;
    previous = current;
  }
}
