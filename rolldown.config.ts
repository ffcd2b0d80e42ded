import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type PreRenderedChunk } from 'rolldown';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The folder of the npm package that a module comes from: "/…/node_modules/pino". */
function packageFolder(moduleId: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(moduleId)?.[0];
}

/** A chunk is named after where it starts: "npm-pino", "cli-oneshot". What several share is left to rolldown. */
function chunkName({ facadeModuleId, moduleIds }: PreRenderedChunk): string {
  const starts = facadeModuleId === null ? moduleIds : [facadeModuleId];
  const names = new Set(starts.map((id) => packageFolder(id) ?? id).map(nameOf));
  const [name = '[name]', ...others] = names;
  return others.length === 0 ? name : '[name]';
}

function nameOf(path: string): string {
  const [, name] = path.split('/node_modules/');
  if (name !== undefined) return `npm-${name.replace('/', '-')}`;
  return relative(import.meta.dirname, path)
    .replace(/^src\//, '')
    .replace(/\.c?[jt]s$/, '')
    .replaceAll('/', '-');
}

/** The bundle carries other people's code, so it carries their licences too. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []));
      const notices = [...folders].toSorted().map((folder) => {
        const { name, version, license } = manifestIn(folder);
        const texts = globSync('{LICENSE,LICENCE,COPYING}*', { cwd: folder });
        if (texts.length === 0) this.error(`${name} is bundled, and has no licence file`);
        const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim());
        return [`${name} ${version} (${license})`, ...text].join('\n\n');
      });
      const source = `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
    },
  };
}

export default defineConfig({
  input: { program: 'src/main.ts' },
  platform: 'node',
  transform: {
    target: 'node22',
    define: { __CGPREP_VERSION__: JSON.stringify(manifestIn(import.meta.dirname).version) },
  },
  resolve: {
    alias: {
      // The part of prom-client that is used, see there.
      'prom-client$': join(import.meta.dirname, 'build', 'prom-client.cjs'),
      // yaml's "node" condition leads to CommonJS, which cannot be tree-shaken. This is the same code as ESM.
      yaml: fileURLToPath(new URL('browser/index.js', import.meta.resolve('yaml/package.json'))),
    },
  },
  output: {
    dir: 'dist',
    cleanDir: true,
    // CommonJS starts about 5 ms sooner than ESM. The price: no top-level await in src.
    format: 'cjs',
    // The source is ESM, hence strict, and so were the tests.
    strict: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: (chunk) => `${chunkName(chunk)}.cjs`,
    sourcemap: true,
    minify: false,
  },
  plugins: [licences()],
});
