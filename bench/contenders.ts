/** What `npm run bench` compares. */
import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, thisProcessor } from '../build/compile.ts';
import { DIST, v1Hierarchies } from '../test/support/real-tree.ts';
import type { Contender } from './pairs.ts';

export interface Contenders {
  /** The shipped executable. */
  readonly oneshot: Contender;
  readonly audit: Contender;
  /** The same program under Node. */
  readonly nodeOneshot: Contender;
  /** A program that does nothing, compiled in the same way. */
  readonly empty: Contender;
  /** Reads the configuration with the YAML library and does no more, compiled in the same way. */
  readonly parse: Contender;
  readonly script: Contender;
  /** What kubespray's unit file of the kubelet has: one process for each directory, `ExecStartPre=mkdir -p …`. */
  readonly mkdirs: Contender;
  /** The files of the executable's and of the script's programs, to be put out of the page cache. */
  readonly files: Readonly<Record<'ours' | 'theirs' | 'empty', readonly string[]>>;
}

/** @param directory for the configuration and the empty program */
export function contenders(directory: string): Contenders {
  const config = join(directory, 'kubelet.yaml');
  copyFileSync(join(import.meta.dirname, 'kubelet-150.yaml'), config);
  // A file that was written long ago, as it is at boot.
  utimesSync(config, 1_700_000_000, 1_700_000_000);
  const executable = join(DIST, '..', `cgprep-linux-${thisProcessor()}`);
  const program = (name: string, source: string): string => {
    const outfile = join(directory, name);
    writeFileSync(`${outfile}.cjs`, source);
    compile({ processor: thisProcessor(), directory, entry: `${name}.cjs`, outfile });
    return outfile;
  };
  const empty = program('empty', ';');
  const library = fileURLToPath(new URL('browser/index.js', import.meta.resolve('yaml/package.json')));
  const parse = program(
    'parse',
    `require(${JSON.stringify(library)}).parseDocument(require('node:fs').readFileSync(process.argv[2], 'utf8'));`,
  );
  const options = ['--kubelet-config', config, '--kubelet-version', '1.36'];
  const script = join(import.meta.dirname, 'kubelet-cg.sh');
  const wanted = [...new Set(v1Hierarchies().values())].flatMap((mountpoint) =>
    ['kube.slice', 'system.slice'].map((slice) => join(mountpoint, slice)),
  );
  return {
    oneshot: { name: 'oneshot', commands: [[executable, 'oneshot', ...options]] },
    audit: { name: 'audit -o json', commands: [[executable, 'audit', '-o', 'json', ...options]] },
    nodeOneshot: { name: 'oneshot under Node', commands: [[process.execPath, DIST, 'oneshot', ...options]] },
    empty: { name: 'empty program', commands: [[empty]] },
    parse: { name: 'the parse alone', commands: [[parse, config]] },
    script: { name: 'kubelet-cg.sh', commands: [[script]] },
    mkdirs: {
      name: `${wanted.length} mkdir processes`,
      commands: wanted.map((path) => ['/bin/mkdir', '-p', path] as const),
    },
    files: {
      ours: [executable, config],
      theirs: [script, '/bin/bash', '/bin/mkdir', '/bin/mountpoint'],
      empty: [empty],
    },
  };
}
