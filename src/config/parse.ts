import { safeParse } from 'valibot';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { CgprepError } from '../errors.ts';
import { settingsSchema } from './schema.ts';
import type { FileSettings } from './schema.ts';

/**
 * Reads the text of cgprep's own settings file. An empty file is no settings.
 * @throws CgprepError CGP_SETTINGS, which names the file, the line and the key
 */
export function parseSettings(text: string, file: string): FileSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) throw broken(`${file}:${lines.linePos(problem.pos[0]).line}: ${problem.message}`);
  const value = valueOf(document, file);
  if (Array.isArray(value)) throw broken(`${file}:1: the file is a list, must be a map of settings`);
  const result = safeParse(settingsSchema, value ?? {});
  if (result.success) return result.output;
  const issue = result.issues[0];
  const key = (issue.path ?? []).map((item) => String(item.key)).join('.');
  const found =
    issue.type === 'strict_object' && issue.expected === 'never'
      ? 'is not a setting'
      : `is ${issue.received}, must be ${expected(issue)}`;
  throw broken(`${file}:${lineOf(document, lines, issue.path ?? [])}: ${key === '' ? 'the file' : key} ${found}`);
}

function expected(issue: { readonly expected: string | null; readonly message: string }): string {
  return issue.expected ?? issue.message;
}

function valueOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw broken(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The line of the deepest node on the way to what is wrong. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly { readonly key: unknown }[]): number {
  const keys = path.map((item) => item.key);
  for (let length = keys.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(keys.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return lines.linePos(Number(node.range[0])).line;
    }
  }
  return 1;
}

function broken(message: string): CgprepError {
  return new CgprepError('CGP_SETTINGS', message, "Settings are cgprep's options in camelCase: see cgprep --help.");
}
