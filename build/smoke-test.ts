/** A wrong mix of runtime and program may end with status 0 and say nothing, so each executable is made to speak. */
import { deepStrictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Processor } from './compile.ts';
import { DIST } from '../test/support/real-tree.ts';
import { withCapturedHost } from './rehearsal.ts';

/**
 * qemu-user with the oldest processor that we promise, and where Debian's libc6-*-cross packages put the libc.
 * Nehalem (2008) is x86-64-v2: SSE4.2 and POPCNT, no AVX.
 */
const EMULATORS = {
  x64: { program: 'qemu-x86_64-static', args: ['-cpu', 'Nehalem'], root: '/usr/x86_64-linux-gnu' },
  arm64: { program: 'qemu-aarch64-static', args: ['-cpu', 'cortex-a53'], root: '/usr/aarch64-linux-gnu' },
} as const;

/**
 * Runs the executable, on this processor and on the oldest one, and compares all that it says with what the program
 * says under Node.
 * @returns what was run, and by name what could not be
 * @throws Error that shows the first difference
 */
export function smokeTest(file: string, processor: Processor): string {
  const { program, args, root } = EMULATORS[processor];
  const native = processor === process.arch;
  const done: string[] = [];
  if (native) {
    compare([file], COMMANDS);
    done.push('runs like the program under Node');
  }
  const emulator = ['/usr/bin', '/usr/local/bin'].map((bin) => join(bin, program)).find((path) => existsSync(path));
  if (emulator === undefined) done.push(`SKIPPED: no ${program} to run it on ${args[1]}`);
  else if (!native && !existsSync(root)) done.push(`SKIPPED: no libc in ${root} to run it`);
  else {
    compare([emulator, ...args, ...(native ? [] : ['-L', root]), file], EMULATED);
    done.push(`on an emulated ${args[1]} too`);
  }
  return done.join(', ');
}

const COMMANDS = [
  ['--version'],
  ['audit', '--help'],
  ['audit', '--kubelet-config', '/kubelet.yaml', '-o', 'json'],
  ['audit', '--kubelet-config', '/kubelet.yaml', '-o', 'yaml'],
  ['audit', '--kubelet-config', '/kubelet.yaml', '--color', 'always'],
  ['audit', '--kubelet-config', '/missing.yaml'],
  ['oneshot', '--kubelet-config', '/kubelet.yaml', '--log-level', 'debug', '--log-format', 'journal'],
] as const;

/** Emulation takes a second each. */
const EMULATED = COMMANDS.filter(([command, , , form]) => command === '--version' || form === '-o');

function compare(command: readonly string[], commands: readonly (readonly string[])[]): void {
  withCapturedHost((directory) => {
    for (const words of commands) {
      const argv = words[0] === '--version' || words[1] === '--help' ? words : [...words, '--root', directory];
      const expected = run([process.execPath, DIST], argv);
      if (expected.stdout + expected.stderr === '') throw new Error(`cgprep ${argv.join(' ')} says nothing`);
      deepStrictEqual(run(command, argv), expected, `${command.join(' ')} ${argv.join(' ')}`);
    }
  });
}

function run([program = '', ...before]: readonly string[], argv: readonly string[]): Said {
  const { status, signal, stdout, stderr } = spawnSync(program, [...before, ...argv], { encoding: 'utf8' });
  return { status, signal, stdout, stderr };
}

interface Said {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}
