/**
 * `npm run build:bin`: makes dist/cgprep-linux-x64 and dist/cgprep-linux-arm64 of the program in dist, each with its
 * runtime inside, and runs each against the program under Node. The runtimes come from the lockfile in
 * build/runtimes; nothing else is downloaded. See docs/adr/0003-executable.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { smokeTest } from './smoke-test.ts';

const top = join(import.meta.dirname, '..');
const dist = join(top, 'dist');
const runtimes = join(import.meta.dirname, 'runtimes');

const PROCESSORS = {
  x64: { runtime: 'bun-linux-x64-baseline', target: 'bun-linux-x64-baseline' },
  arm64: { runtime: 'bun-linux-aarch64', target: 'bun-linux-arm64' },
} as const;

type Processor = keyof typeof PROCESSORS;

function runtimeFor(processor: Processor): string {
  return join(runtimes, 'node_modules', '@oven', PROCESSORS[processor].runtime, 'bin', 'bun');
}

/** npm leaves out packages for another processor, which is what a build for both needs: hence --force. */
function installRuntimes(): void {
  execFileSync('npm', ['ci', '--force', '--loglevel=error'], { cwd: runtimes, stdio: 'inherit' });
}

function compile(processor: Processor, builder: string): string {
  const outfile = join(dist, `cgprep-linux-${processor}`);
  const options = [
    '--compile',
    `--target=${PROCESSORS[processor].target}`,
    `--compile-executable-path=${runtimeFor(processor)}`,
    // What the runtime would compile at every start, compiled now.
    '--bytecode',
    '--format=cjs',
    '--minify-syntax',
    '--minify-whitespace',
    '--sourcemap=none',
    '--env=disable',
    // It runs as root: nothing in the directory that it is started from may tell it what to do.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    '--no-compile-autoload-tsconfig',
    '--no-compile-autoload-package-json',
    `--outfile=${outfile}`,
    'program.cjs',
  ];
  // Paths are relative to dist, so that where the checkout lies leaves no trace in the executable.
  execFileSync(builder, ['build', ...options], { cwd: dist, stdio: ['ignore', 'ignore', 'inherit'] });
  return outfile;
}

function isProcessor(name: string): name is Processor {
  return name in PROCESSORS;
}

const here = process.arch;
if (process.platform !== 'linux' || !isProcessor(here))
  throw new Error(`the executables are built on Linux on ${Object.keys(PROCESSORS).join(' or ')}, and this is ${here}`);
installRuntimes();
const builder = runtimeFor(here);
if (!existsSync(builder)) throw new Error(`npm has not installed ${builder}`);
for (const processor of Object.keys(PROCESSORS).filter(isProcessor)) {
  const file = compile(processor, builder);
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, ${smokeTest(file, processor)}`);
}
