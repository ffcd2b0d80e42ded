import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { OPTIONS } from '../../src/cli/options.ts';
import { METRICS } from '../../src/report/metrics-table.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MARKDOWN = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'deploy/README.md',
  ...globSync('docs/*.md', { cwd: ROOT }),
];

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

describe('docs/findings.md', () => {
  const codes = codesInSource();
  const headings = [...read('docs/findings.md').matchAll(/^## `(.+)`$/gm)].map(([, code = '']) => code);

  it('explains each code that src can report once, and no other', () => {
    expect(codes.length).toBeGreaterThanOrEqual(20);
    expect(headings.toSorted()).toEqual(codes);
  });

  it.each(headings)('says of %s what it means, what one sees and what to do', (code) => {
    const section = sectionOf(read('docs/findings.md'), code);
    expect(section.match(/^\*\*(?:Means|You see|Do|You see and do):\*\*/gm)?.join(' ')).toMatch(
      /^\*\*Means:\*\* (?:\*\*You see:\*\* \*\*Do:\*\*|\*\*You see and do:\*\*)$/,
    );
  });
});

describe('docs/errors.md', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `(CGP_\w+)` \| (\d+) \| (yes|no) \|/gm)];

  it('has a row for each error code, with its status and whether to retry', () => {
    const told = rows.map(([, code, status, retry]) => [code, Number(status), retry === 'yes']);
    const wanted = (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => {
      const { status, retryable } = ERROR_CODES[code];
      return [code, status, retryable];
    });
    expect(told).toEqual(wanted);
  });

  it.each(['docs/errors.md', 'README.md'])('and %s has a row for each exit status', (file) => {
    const [, section = ''] = /^## Exit status\n(.*?)^## /ms.exec(read(file)) ?? [];
    const told = [...section.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
    const wanted = new Set([0, 1, ...Object.values(ERROR_CODES).map(({ status }) => status)]);
    expect(told).toEqual([...wanted].toSorted((a, b) => a - b));
  });
});

describe('docs/metrics.md', () => {
  it('has a row for each metric, with its type, labels and meaning, and no other', () => {
    const rows = [...read('docs/metrics.md').matchAll(/^\| `(cgprep_\w+)` \| (\w+) \| (.*?) \| (.+) \|$/gm)];
    expect(
      rows.map(([, name, type, labels = '', meaning]) => [name, type, labels.replaceAll('`', ''), meaning]),
    ).toEqual(METRICS.map(({ name, type, labels, help }) => [name, type, labels.join(', '), help.replace(/\.$/, '')]));
  });

  it('is where the alerts lead, and so is docs/findings.md', () => {
    const rules = read('deploy/prometheus/cgprep.rules.yaml');
    const runbooks = [...rules.matchAll(/^ +runbook: (.+)$/gm)].map(([, link = '']) => link);
    expect(runbooks.length).toBe([...rules.matchAll(/- alert: /g)].length);
    expect(runbooks.filter((link) => !exists('README.md', link))).toEqual([]);
  });
});

describe.each(MARKDOWN)('%s', (file) => {
  it('links only to files and headings that exist', () => {
    const broken = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !exists(file, link));
    expect(broken).toEqual([]);
  });

  it('gives only commands that cgprep understands', () => {
    for (const words of commandsIn(read(file))) expect(() => parseArguments(words), words.join(' ')).not.toThrow();
  });

  it('gives only npm scripts that exist', () => {
    const scripts = new Set(Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts));
    const named = codeIn(read(file)).flatMap((line) =>
      [...line.matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
    );
    const unknown = named.filter((name) => !scripts.has(name) && !['ci', 'exec', 'install'].includes(name));
    expect(unknown).toEqual([]);
  });
});

describe('README.md', () => {
  it('begins with one command to audit this host and one to run the tests', () => {
    const blocks = [...read('README.md').matchAll(/^```sh\n([^]*?)```$/gm)].map(([, block = '']) => block.trim());
    expect(blocks.slice(0, 2)).toEqual(['npm ci && npm run build && npm exec -- cgprep audit', 'npm ci && npm test']);
  });

  it('names only options that exist', () => {
    const names = OPTIONS.map(({ name }) => `--${name}`);
    const told = [...read('README.md').matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option);
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter((option) => !names.includes(option) && option !== '--help')).toEqual([]);
  });
});

/** Checks that the reader of the markdown below sees something: an empty list passes every test. */
describe('these tests', () => {
  it('see links and commands', () => {
    expect(commandsIn(read('README.md')).length).toBeGreaterThanOrEqual(4);
    expect(commandsIn(read('docs/findings.md')).length).toBeGreaterThanOrEqual(4);
    expect(exists('README.md', 'docs/findings.md#cgroup-missing')).toBe(true);
    expect(exists('README.md', 'docs/findings.md#nowhere')).toBe(false);
    expect(exists('README.md', 'docs/nowhere.md')).toBe(false);
  });
});

function sectionOf(text: string, code: string): string {
  const start = text.indexOf(`\n## \`${code}\`\n`) + 1;
  const end = text.indexOf('\n## ', start);
  return text.slice(start, end === -1 ? undefined : end);
}

function exists(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(read(file)).includes(anchor);
}

/** As GitHub makes them: small letters, blanks to hyphens, the rest of the punctuation dropped. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The lines of blocks of shell, without their comments, and the inline code. */
function codeIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([^]*?)```$/gm)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].map((line) => line.replace(/\s#.*$/, ''));
}

/** The words after `cgprep`, where they are a command and not the form of one (`cgprep COMMAND --help`). */
function commandsIn(text: string): string[][] {
  return codeIn(text)
    .flatMap((line) => line.split('&&'))
    .map((line) => /^(?:npm exec -- )?cgprep\s+(.+)$/.exec(line.trim())?.[1] ?? '')
    .filter((rest) => rest !== '' && !/\b[A-Z]{3,}\b/.test(rest))
    .map((rest) => [...rest.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''));
}

/** A node of the syntax tree (ESTree, and what TypeScript adds to it). */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * Every value that `code:` of an object literal in src/reconcile can have, sorted.
 * A form that is not known here is an error, so that no code goes unseen.
 */
function codesInSource(): string[] {
  const files = globSync('src/reconcile/**/*.ts', { cwd: ROOT });
  const values = files.flatMap((file) =>
    nodesIn(file)
      .filter((node) => node.type === 'Property' && (node['key'] as Node)['name'] === 'code')
      .flatMap((node) => wordsOf(node['value'] as Node, file)),
  );
  return [...new Set(values)].toSorted();
}

function wordsOf(value: Node, file: string): string[] {
  if (value.type === 'Literal' && typeof value['value'] === 'string') return [value['value']];
  if (value.type === 'ConditionalExpression') {
    return [...wordsOf(value['consequent'] as Node, file), ...wordsOf(value['alternate'] as Node, file)];
  }
  const source = read(file).slice(Number(value['start']), Number(value['end']));
  if (source === 'reason') return unionIn('src/model/plan.ts', 'RefusalReason');
  if (source === '`config-${kind}`') return unionIn('src/model/kubelet.ts', 'kind').map((kind) => `config-${kind}`);
  throw new Error(`${file}: what values can the code ${source} have? Teach this test.`);
}

/** The words of the type alias or the property of this name. */
function unionIn(file: string, name: string): string[] {
  const union = nodesIn(file).flatMap((node) => {
    if (node.type === 'TSTypeAliasDeclaration' && (node['id'] as Node)['name'] === name)
      return node['typeAnnotation'] as Node;
    if (node.type === 'TSPropertySignature' && (node['key'] as Node)['name'] === name)
      return (node['typeAnnotation'] as Node)['typeAnnotation'] as Node;
    return [];
  });
  const words = union.flatMap((node) =>
    node.type === 'TSUnionType'
      ? (node['types'] as Node[]).map((one) => String((one['literal'] as Node)['value']))
      : [],
  );
  if (words.length === 0) throw new Error(`${file} has no list of words named ${name}`);
  return words;
}

function nodesIn(file: string): Node[] {
  return below(parseAst(read(file), { lang: 'ts' }));
}

function below(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(below);
  return 'type' in value && typeof value.type === 'string' ? [value as Node, ...inside] : inside;
}
