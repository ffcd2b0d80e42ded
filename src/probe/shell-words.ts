import type { Variable } from './unit-environment.ts';
import type { Word } from './unit-start.ts';

/**
 * The words of a script that is one plain command, as `sh -c` is given it in units: `exec kubelet --a=$B "$C"`.
 * Anything else that a shell knows (a list, a pipe, a substitution, a pattern, a `\`) makes it unclear, and a guess
 * would be worse than none (POSIX.1-2024, XCU 2 "Shell Command Language").
 * @param path where words that no variable gives are from
 * @returns null where it is more than that
 */
export function shellWords(
  script: string,
  path: string,
  lookUp: (name: string) => Variable | null,
): readonly Word[] | null {
  const piece = /\s+|'([^']*)'|"([^"\\`]*)"|\$(?:\{(\w+)\}|(\w+))|([\w./:,=+@%-]+)|([^])/g;
  const words: Word[] = [];
  let word: Word | null = null;
  const add = (text: string, source: string): void => {
    // A word that a variable had a part in is from where the variable is.
    const origin = word !== null && word.source !== path ? word.source : source;
    word = { text: (word?.text ?? '') + text, source: origin };
  };
  const end = (): void => {
    if (word !== null) words.push(word);
    word = null;
  };
  for (const [whole, single, double, braced, bare, plain, stray] of script.trim().matchAll(piece)) {
    if (stray !== undefined || whole.includes('\n')) return null;
    const name = braced ?? bare;
    if (/^\s/.test(whole)) end();
    else if (name !== undefined) splitInto(lookUp(name), add, end);
    else if (double !== undefined) {
      const text = double.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, one?: string, other?: string) => {
        return lookUp(one ?? other ?? '')?.value ?? '';
      });
      if (double.replaceAll(/\$(?:\{\w+\}|\w+)/g, '').includes('$')) return null;
      add(text, path);
    } else add(single ?? plain ?? '', path);
  }
  end();
  return words[0]?.text === 'exec' ? words.slice(1) : words;
}

/** Outside quotes a value is split at its blanks; what it begins with belongs to the word before it. */
function splitInto(variable: Variable | null, add: (text: string, source: string) => void, end: () => void): void {
  if (variable === null) return;
  const { value, source } = variable;
  for (const part of value.match(/\s+|\S+/g) ?? []) {
    if (/^\s/.test(part)) end();
    else add(part, source);
  }
}
