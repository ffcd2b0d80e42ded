/** What `npm run bench` compares. */
import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly script: Contender;
  /** What kubespray's unit file of the kubelet has: one process for each directory, `ExecStartPre=mkdir -p …`. */
  readonly mkdirs: Contender;
  /** The files of the executable's and of the script's programs, to be put out of the page cache. */
  readonly files: { readonly ours: readonly string[]; readonly theirs: readonly string[] };
}

/** @param directory for the configuration and the empty program */
export function contenders(directory: string): Contenders {
  const config = join(directory, 'kubelet.yaml');
  copyFileSync(join(import.meta.dirname, 'kubelet-150.yaml'), config);
  // A file that was written long ago, as it is at boot.
  utimesSync(config, 1_700_000_000, 1_700_000_000);
  const executable = join(DIST, '..', `cgprep-linux-${thisProcessor()}`);
  const nothing = join(directory, 'empty');
  writeFileSync(join(directory, 'empty.cjs'), ';');
  compile({ processor: thisProcessor(), directory, entry: 'empty.cjs', outfile: nothing });
  const options = ['--kubelet-config', config, '--kubelet-version', '1.36'];
  const script = join(import.meta.dirname, 'kubelet-cg.sh');
  const wanted = [...new Set(v1Hierarchies().values())].flatMap((mountpoint) =>
    ['kube.slice', 'system.slice'].map((slice) => join(mountpoint, slice)),
  );
  return {
    oneshot: { name: 'oneshot', commands: [[executable, 'oneshot', ...options]] },
    audit: { name: 'audit -o json', commands: [[executable, 'audit', '-o', 'json', ...options]] },
    nodeOneshot: { name: 'oneshot under Node', commands: [[process.execPath, DIST, 'oneshot', ...options]] },
    empty: { name: 'empty program', commands: [[nothing]] },
    script: { name: 'kubelet-cg.sh', commands: [[script]] },
    mkdirs: {
      name: `${wanted.length} mkdir processes`,
      commands: wanted.map((path) => ['/bin/mkdir', '-p', path] as const),
    },
    files: { ours: [executable, config], theirs: [script, '/bin/bash', '/bin/mkdir', '/bin/mountpoint'] },
  };
}
