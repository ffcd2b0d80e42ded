import { runProgram } from './programs.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** A kubelet prints its version in a tenth of a second; a cold disk may take longer to bring its 80 MB. */
const TIME_LIMIT_MS = 5000;

const WRITABLE_BY_OTHERS = 0o022n;

/**
 * What `kubelet --version` prints: `Kubernetes v1.36.2`. It is run only if nobody but root could have put it there,
 * because an audit by root must not be a way to have one's own program run as root.
 * @returns null where it is not trusted, or does not answer in time
 */
export function askKubelet(sys: Syscalls, program: string): string | null {
  if (!onlyRootsOwn(sys, program)) return null;
  const ended = runProgram(program, ['--version'], TIME_LIMIT_MS);
  return 'error' in ended || ended.status !== 0 ? null : ended.stdout.trim();
}

/** Is it a file, and it and every directory above it root's and writable by no other. */
export function onlyRootsOwn(sys: Syscalls, program: string): boolean {
  if (!/^\/(?:[^/]+\/)*[^/]+$/.test(program) || program.split('/').includes('..')) return false;
  try {
    const file = sys.lstat(program);
    if (!file.isFile()) return false;
    const above = program.split('/').map((_, index, parts) => parts.slice(0, index).join('/') || '/');
    return [file, ...above.map((path) => sys.stat(path))].every(
      ({ uid, mode }) => uid === 0n && (mode & WRITABLE_BY_OTHERS) === 0n,
    );
  } catch (error) {
    errnoOf(error);
    return false;
  }
}
