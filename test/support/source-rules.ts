import { parseSync } from '@swc/core';

/** One file of src: its path below the tree's root, as `src/cli/run.ts`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A rule about one file that neither an import graph nor a lint comment can get around. */
interface SourceRule {
  readonly name: string;
  readonly reason: string;
  readonly breaks: (file: SourceFile) => boolean;
}

const MAX_LINES = 200;

/** What removes, renames or creates a file. */
const REPLACING =
  /^(?:realOwnFileCalls|(?:rename|unlink|rm|rmdir|writeFile|appendFile|copyFile|cp)Sync|O_CREAT|O_TRUNC)$/;

export const SOURCE_RULES: readonly SourceRule[] = [
  {
    name: 'no-long-files',
    reason: `a file of more than ${MAX_LINES} lines does more than one thing`,
    breaks: ({ text }) => text.trimEnd().split('\n').length > MAX_LINES,
  },
  {
    name: 'no-barrels',
    reason: 'an index.ts hides who needs what, and loads everything for the sake of one name',
    breaks: ({ path }) => path.endsWith('/index.ts'),
  },
  {
    name: 'no-default-exports',
    reason: 'a thing has one name, wherever it is used',
    breaks: ({ text }) =>
      nodesOf(text).some(
        ({ type, exported }) =>
          type === 'ExportDefaultDeclaration' ||
          type === 'ExportDefaultExpression' ||
          (type === 'ExportSpecifier' && isNode(exported) && exported['value'] === 'default'),
      ),
  },
  {
    name: 'own-files-alone-are-replaced',
    reason: 'creating, renaming and removing is for the record and the textfile, which nobody else owns',
    breaks: ({ path, text }) =>
      !['src/host/own-files.ts', 'src/host/syscalls.ts'].includes(path) &&
      nodesOf(text).some(
        ({ type, value }) => type === 'Identifier' && typeof value === 'string' && REPLACING.test(value),
      ),
  },
  {
    name: 'no-recursive-calls',
    reason: 'mkdir -p makes what nobody asked for in the wrong place; each cgroup is made by itself',
    breaks: ({ text }) =>
      nodesOf(text).some(({ type, key }) => type === 'KeyValueProperty' && isNode(key) && key['value'] === 'recursive'),
  },
];

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** Every node of the syntax tree; comments and strings cannot be mistaken for code. */
function nodesOf(text: string): readonly Node[] {
  const found: Node[] = [];
  const open: unknown[] = [parseSync(text, { syntax: 'typescript', target: 'es2024' })];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!isNode(next)) continue;
    found.push(next);
    open.push(...Object.values(next).filter(isNode));
  }
  return found;
}
