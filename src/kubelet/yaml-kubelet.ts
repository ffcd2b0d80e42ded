import { Composer, isScalar, LineCounter, Parser } from 'yaml';
import type { Document } from 'yaml';
import type { CgprepError } from '../errors.ts';
import type { ConfigOddity } from '../model/kubelet.ts';
import { checkJson, isJson } from './json-kubelet.ts';
import type { TreeNode } from './yaml-tree.ts';
import { refusal } from './refusal.ts';
import { growTree } from './yaml-tree.ts';

/** The first document of a file, as the kubelet's reader sees it. */
export interface KubeletDocument {
  readonly root: TreeNode;
  readonly json: boolean;
  readonly oddities: readonly ConfigOddity[];
}

// The failsafe schema leaves every scalar a string, to be resolved as the kubelet does (go-scalar.ts).
// uniqueKeys is quadratic in the library; the tree is checked with a Map.
const OPTIONS = {
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  resolveKnownTags: false,
} as const;

/**
 * Reads YAML or JSON as the kubelet's loader does: sigs.k8s.io/yaml over go-yaml v2, and JSON where the text
 * begins with `{` (kubelet 1.20 to 1.36, configfiles.go and apimachinery's json serializer).
 * What that reader and this one might understand differently is refused.
 * @param file the path that messages name
 * @throws CgprepError CGP_KUBELET_CONFIG
 */
export function readKubeletDocument(text: string, file: string): KubeletDocument {
  if (text === '') throw unreadable(file, 1, 'the file is empty; the kubelet refuses that');
  checkCharacters(text, file);
  const lines = new LineCounter();
  const oddities: ConfigOddity[] = [];
  const document = firstDocument(text, file, lines, oddities);
  const json = isJson(text);
  if (json) checkJson(text, file);
  else checkTabs(text, file);
  const problem = document.errors[0];
  if (problem !== undefined) {
    const deep = problem.code === 'RESOURCE_EXHAUSTION';
    const what = deep ? 'nested far too deep' : `not valid YAML: ${problem.message}`;
    throw unreadable(file, lines.linePos(problem.pos[0]).line, what);
  }
  const { yaml } = document.directives;
  if (yaml.explicit === true && yaml.version !== '1.1') {
    throw unreadable(file, 1, `%YAML ${yaml.version}; the kubelet reads YAML 1.1 and refuses any other`);
  }
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const root = growTree(document.contents, { text, file, json, lineAt, oddities });
  return { root, json, oddities };
}

function firstDocument(text: string, file: string, lines: LineCounter, oddities: ConfigOddity[]): Document.Parsed {
  const composer = new Composer(OPTIONS);
  let first: Document.Parsed | null = null;
  for (const document of composer.compose(new Parser(lines.addNewLine).parse(text), true, text.length)) {
    if (first === null) {
      first = document;
      continue;
    }
    const source = `${file}:${lines.linePos(document.range[0]).line}`;
    const message = `${source}: a further document begins; the kubelet reads only the first`;
    oddities.push({ kind: 'extra-document', key: '', source, message });
    break;
  }
  if (first === null || isBlank(first)) {
    throw unreadable(file, 1, 'the file holds no configuration, only blanks or comments; the kubelet refuses that');
  }
  return first;
}

function isBlank({ contents, errors }: Document.Parsed): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.source === ''));
}

// Control characters make go-yaml refuse the file. A lone carriage return, U+0085, U+2028 and U+2029 end a line in
// YAML 1.1 and not in 1.2; a byte order mark is blank in the one and text in the other.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSURE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|\r(?!\n)|(?<!^)\ufeff/;

function checkCharacters(text: string, file: string): void {
  const at = text.isWellFormed() ? text.search(UNSURE) : text.search(/[\ud800-\udfff]/);
  if (at === -1) return;
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const line = text.slice(0, at).split('\n').length;
  throw unreadable(file, line, `the character U+${code}, which the kubelet refuses or reads differently`);
}

/** The library takes some tabs for indentation that make go-yaml refuse the file. */
function checkTabs(text: string, file: string): void {
  const at = text.search(/^ *(?:[-?] *)*\t/m);
  if (at !== -1) throw unreadable(file, text.slice(0, at).split('\n').length, 'a tab in the indentation');
}

function unreadable(file: string, line: number, what: string): CgprepError {
  return refusal(file, line, what, 'Correct the file; the kubelet reads it at its next start.');
}
