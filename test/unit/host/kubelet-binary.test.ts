import { describe, expect, it } from 'vitest';
import { onlyRootsOwn } from '../../../src/host/kubelet-binary.ts';
import { runProgram } from '../../../src/host/programs.ts';
import type { Syscalls } from '../../../src/host/syscalls.ts';

interface Node {
  readonly uid?: bigint;
  readonly mode?: bigint;
  readonly link?: true;
}

/** A machine with /opt/kubelet, root's own but for what is said. */
function machine(nodes: Readonly<Record<string, Node>>): Syscalls {
  const stat = (path: string): never => {
    if (!['/', '/opt', '/opt/kubelet'].includes(path)) {
      throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2 });
    }
    const { uid = 0n, mode = 0o755n, link } = nodes[path] ?? {};
    return { uid, mode, isFile: () => path === '/opt/kubelet' && link === undefined } as never;
  };
  return { stat, lstat: stat } as never;
}

describe('a kubelet is run only if nobody but root could have put it there', () => {
  it.each<[string, Readonly<Record<string, Node>>, string, boolean]>([
    ["root's", {}, '/opt/kubelet', true],
    ["somebody else's file", { '/opt/kubelet': { uid: 1000n } }, '/opt/kubelet', false],
    ['writable by a group', { '/opt/kubelet': { mode: 0o775n } }, '/opt/kubelet', false],
    ['in a directory where all may write', { '/opt': { mode: 0o1777n } }, '/opt/kubelet', false],
    ["in somebody else's directory", { '/opt': { uid: 1000n } }, '/opt/kubelet', false],
    ['a link', { '/opt/kubelet': { link: true } }, '/opt/kubelet', false],
    ['a directory', {}, '/opt', false],
    ['not there', {}, '/usr/kubelet', false],
    ['a relative path', {}, 'opt/kubelet', false],
    ['a way around', {}, '/opt/../opt/kubelet', false],
  ])('%s', (_, nodes, path, want) => {
    expect(onlyRootsOwn(machine(nodes), path)).toBe(want);
  });
});

describe('runProgram', () => {
  it('gives nothing of our environment away, and no input', () => {
    const ended = runProgram('sh', ['-c', 'cat; env | cut -d= -f1 | sort | tr "\\n" " "; pwd'], 5000, { MORE: '1' });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(
      'stdout' in ended && ended.stdout.split(' ').filter((word) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(word)),
    ).toEqual(['LC_ALL', 'MORE', 'PATH', '/\n']);
  });

  it('ends with its time', () => {
    const ended = runProgram('sleep', ['30'], 50);
    expect('error' in ended && 'code' in ended.error && ended.error.code).toBe('ETIMEDOUT');
  });
});
