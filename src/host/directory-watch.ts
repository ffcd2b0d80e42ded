import type { DirectoryWatch } from '../model/ports.ts';
import { errnoOf, watchDirectory } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

interface Watched {
  /** Which directory it is: one made anew has another inode. */
  readonly identity: string;
  readonly end: () => void;
}

/**
 * Directories through inotify. A cgroup that is removed tells its own watch nothing, and a new one of the same name is
 * another directory: so each call compares what is there with what is watched.
 * @param root `/`, or a directory to which paths are relative
 * @param changed the directory, and the name in it where that is known
 */
export function createDirectoryWatch(
  sys: Syscalls,
  root: string,
  changed: (directory: string, name: string | null) => void,
): DirectoryWatch {
  const watched = new Map<string, Watched>();
  const forget = (directory: string): void => {
    watched.get(directory)?.end();
    watched.delete(directory);
  };
  const add = (directory: string, identity: string): string | null => {
    const path = root === '/' ? directory : root + directory;
    try {
      const end = watchDirectory(
        path,
        (name) => {
          changed(directory, name);
        },
        () => {
          forget(directory);
          changed(directory, null);
        },
      );
      watched.set(directory, { identity, end });
      return null;
    } catch (error) {
      const errno = errnoOf(error);
      return errno === 'ENOENT' ? null : errno;
    }
  };
  return {
    watch: (directories) => {
      const wanted = new Set(directories);
      for (const directory of watched.keys()) if (!wanted.has(directory)) forget(directory);
      let added = 0;
      let problem: string | null = null;
      for (const directory of wanted) {
        const identity = identityOf(sys, root === '/' ? directory : root + directory);
        if (watched.get(directory)?.identity === identity) continue;
        forget(directory);
        if (identity === null) continue;
        problem = add(directory, identity) ?? problem;
        if (watched.has(directory)) added += 1;
      }
      return { added, problem };
    },
  };
}

/** null for what is no directory. */
function identityOf(sys: Syscalls, path: string): string | null {
  try {
    const stat = sys.stat(path);
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}` : null;
  } catch (error) {
    errnoOf(error);
    return null;
  }
}
