import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import depcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { describe, expect, it } from 'vitest';
import { SOURCE_RULES, type SourceFile } from './support/source-rules.ts';

const ROOT = join(import.meta.dirname, '..');
/** A small tree like src, in which every file breaks the rule that it is named after. */
const VIOLATIONS = join(import.meta.dirname, 'support/architecture-violations');
/** A cruise that sees fewer files saw nothing: keep this near the real count. */
const LEAST_FILES = 110;

const options = await depcruiseOptions(join(ROOT, '.dependency-cruiser.mjs'));
const rules = options.ruleSet?.forbidden ?? [];
const real = await cruiseTree(ROOT);
const wrong = await cruiseTree(VIOLATIONS);

async function cruiseTree(baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise(['src'], { ...options, baseDir });
  if (typeof output === 'string') throw new TypeError(output);
  return output;
}

function violationsOf(name: string | undefined, { summary }: ICruiseResult): IViolation[] {
  return summary.violations.filter(({ rule }) => rule.name === name);
}

function inWords({ rule, from, to }: IViolation): string {
  return `${rule.name}: ${from} → ${to}`;
}

function sourcesOf(root: string): SourceFile[] {
  return globSync('src/**/*.ts', { cwd: root }).map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

/** The files of src that import a node: module, as dependency-cruiser spells it ("fs"). */
function importersOf(pattern: RegExp): string[] {
  return real.modules
    .filter(({ dependencies }) => dependencies.some(({ resolved }) => pattern.test(resolved)))
    .map(({ source }) => source);
}

describe('imports in src', () => {
  it(`are seen in all files, and those are at least ${LEAST_FILES}`, () => {
    const seen = real.modules.map(({ source }) => source).filter((path) => path.startsWith('src/'));
    const onDisk = sourcesOf(ROOT).map(({ path }) => path);
    expect(seen.toSorted()).toEqual(onDisk.toSorted());
    expect(seen.length).toBeGreaterThanOrEqual(LEAST_FILES);
  });

  it.each(rules)('keep to $name: $comment', ({ name }) => {
    expect(violationsOf(name, real).map(inWords)).toEqual([]);
  });

  it('reach the files through at most two doors, and other programs through one', () => {
    expect(importersOf(/^(?:node:)?fs(?:\/promises)?$/).length).toBeLessThanOrEqual(2);
    expect(importersOf(/^(?:node:)?child_process$/).length).toBeLessThanOrEqual(1);
  });
});

describe('files in src', () => {
  it.each(SOURCE_RULES)('keep to $name: $reason', ({ breaks }) => {
    expect(
      sourcesOf(ROOT)
        .filter(breaks)
        .map(({ path }) => path),
    ).toEqual([]);
  });
});

describe('the rules themselves', () => {
  it.each(rules)('$name is broken by its example', ({ name }) => {
    expect(violationsOf(name, wrong).map(({ from }) => from)).toContainEqual(expect.stringContaining(`/${name}`));
  });

  it('are broken by nothing else in the tree of violations', () => {
    const stray = wrong.summary.violations.filter(({ rule, from }) => !from.includes(rule.name));
    expect(stray.map(inWords)).toEqual([]);
  });

  it.each([
    ['no-long-files', 'src/a.ts', 'const a = 1;\n'.repeat(201)],
    ['no-barrels', 'src/model/index.ts', "export { a } from './a.ts';"],
    ['no-default-exports', 'src/a.ts', 'export default function a(): void {}'],
    ['no-default-exports', 'src/a.ts', 'export default 1;'],
    ['no-default-exports', 'src/a.ts', "export { a as default } from './b.ts';"],
    ['own-files-alone-are-replaced', 'src/host/a.ts', "import { realOwnFileCalls as own } from './syscalls.ts';"],
    ['own-files-alone-are-replaced', 'src/host/a.ts', "import { renameSync } from 'node:fs';"],
    ['own-files-alone-are-replaced', 'src/host/a.ts', 'openSync(path, constants.O_CREAT);'],
    ['no-recursive-calls', 'src/a.ts', "mkdirSync('a', { recursive: true });"],
    ['no-recursive-calls', 'src/a.ts', "mkdirSync('a', { 'recursive': yes });"],
  ])('%s is broken by %s: %.40s', (name, path, text) => {
    const broken = SOURCE_RULES.filter(({ breaks }) => breaks({ path, text }));
    expect(broken.map((rule) => rule.name)).toEqual([name]);
  });

  it('let plain files pass', () => {
    const text = "// export default, { recursive: true }\nexport const a = 'export default 1';\n";
    const broken = SOURCE_RULES.filter(({ breaks }) => breaks({ path: 'src/a.ts', text }));
    expect(broken).toEqual([]);
  });
});
