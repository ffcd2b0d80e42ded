/** How a program and its runtime become one executable. See docs/adr/0003-executable.md. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const runtimes = join(import.meta.dirname, 'runtimes');

const PROCESSORS = {
  x64: { runtime: 'bun-linux-x64-baseline', target: 'bun-linux-x64-baseline' },
  arm64: { runtime: 'bun-linux-aarch64', target: 'bun-linux-arm64' },
} as const;

export type Processor = keyof typeof PROCESSORS;

export function processors(): Processor[] {
  return Object.keys(PROCESSORS).filter(isProcessor);
}

function isProcessor(name: string): name is Processor {
  return name in PROCESSORS;
}

/** @throws Error where no runtime of ours can run, and so nothing be compiled */
export function thisProcessor(): Processor {
  if (process.platform === 'linux' && isProcessor(process.arch)) return process.arch;
  throw new Error(`the executables are built on Linux on ${processors().join(' or ')}, and this is ${process.arch}`);
}

/**
 * Installs the runtimes of build/runtimes/package-lock.json, for which npm checks the hashes. npm leaves out
 * packages for another processor, which is what a build for both needs: hence --force.
 */
export function installRuntimes(): void {
  execFileSync('npm', ['ci', '--force', '--silent'], { cwd: runtimes, stdio: 'inherit' });
}

function runtimeFor(processor: Processor): string {
  return join(runtimes, 'node_modules', '@oven', PROCESSORS[processor].runtime, 'bin', 'bun');
}

/** The versions and commits of what is linked into the runtime, as it says itself. */
export function runtimeVersions(): Record<string, string> {
  const text = execFileSync(runtimeFor(thisProcessor()), ['-p', 'JSON.stringify(process.versions)'], {
    cwd: runtimes,
    encoding: 'utf8',
  });
  return JSON.parse(text) as Record<string, string>;
}

export interface Compilation {
  readonly processor: Processor;
  readonly directory: string;
  /** Relative, as the directory's own path must leave no trace in the executable. */
  readonly entry: string;
  readonly outfile: string;
  /** A file that lists what is used at the start, in its order: what stands together is read with fewer page faults. */
  readonly order?: string;
  /** A runtime instead of the pinned one: whoever wants another JavaScriptCore inside may have it (LGPL). */
  readonly runtime?: string | undefined;
}

/**
 * Compiles `directory`/`entry` and all that it requires.
 * @throws Error with what the compiler said
 */
export function compile({ processor, directory, entry, outfile, order, runtime }: Compilation): void {
  const options = [
    '--compile',
    `--target=${PROCESSORS[processor].target}`,
    `--compile-executable-path=${runtime ?? runtimeFor(processor)}`,
    // What the runtime would compile at every start, compiled now.
    '--bytecode',
    // A run is over before machine code pays: the interpreter is left only after a hundred times the usual count.
    '--compile-jit-policy=100',
    ...(order === undefined ? [] : [`--bytecode-order=${order}`]),
    '--format=cjs',
    '--minify-syntax',
    '--minify-whitespace',
    '--sourcemap=none',
    '--env=disable',
    // Else a module that mentions it gets the directory of the build (pino does, for what is not used here).
    '--define=__dirname="/"',
    // It runs as root: nothing in the directory that it is started from may tell it what to do.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    '--no-compile-autoload-tsconfig',
    '--no-compile-autoload-package-json',
    `--outfile=${resolve(outfile)}`,
    entry,
  ];
  execFileSync(runtime ?? runtimeFor(thisProcessor()), ['build', ...options], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
