/**
 * The only file that imports node:fs. `Syscalls` cannot remove, rename or create a file;
 * `OwnFileCalls` can, and only own-files.ts may use it (test/support/source-rules.ts).
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  // oxlint-disable-next-line no-restricted-imports -- for OwnFileCalls
  renameSync,
  statSync,
  statfsSync,
  // oxlint-disable-next-line no-restricted-imports -- for OwnFileCalls
  unlinkSync,
  watch,
  writeSync,
} from 'node:fs';

export interface FileStat {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly uid: bigint;
  readonly mode: bigint;
  readonly size: bigint;
  readonly mtimeMs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isCharacterDevice(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/** Opens for reading without waiting: a FIFO or a terminal named as a configuration file must not hold us. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
export const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
export const FOLLOWED_DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY;
/** For a log: a reader that is stuck must not hold the writer. */
export const HASTY_WRITE_FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Never O_CREAT: on a mount that is no longer there, that would leave a plain file behind. */
export const WRITE_FLAGS = constants.O_WRONLY | constants.O_NOFOLLOW;

/** The system calls that cgprep uses, and no others; a test hands in another filesystem through this. */
export interface Syscalls {
  open(path: string, flags: number): number;
  close(fd: number): void;
  fstat(fd: number): FileStat;
  stat(path: string): FileStat;
  lstat(path: string): FileStat;
  readlink(path: string): string;
  readdir(path: string): string[];
  read(fd: number, into: Uint8Array): number;
  write(fd: number, bytes: Uint8Array): number;
  mkdir(path: string, mode: number): void;
  /** The magic number of the filesystem, statfs(2). */
  fsType(path: string): number;
}

export const realSyscalls: Syscalls = {
  open: (path, flags) => openSync(path, flags),
  close: (fd) => {
    closeSync(fd);
  },
  fstat: (fd) => fstatSync(fd, { bigint: true }),
  stat: (path) => statSync(path, { bigint: true }),
  lstat: (path) => lstatSync(path, { bigint: true }),
  readlink: (path) => readlinkSync(path),
  readdir: (path) => readdirSync(path),
  read: (fd, into) => readSync(fd, into),
  write: (fd, bytes) => writeSync(fd, bytes),
  mkdir: (path, mode) => {
    mkdirSync(path, mode);
  },
  fsType: (path) => statfsSync(path).type,
};

/** For the files that are cgprep's own: its record and its textfile. */
export interface OwnFileCalls {
  /** Opens for appending; makes the file if there is none. */
  openToAppend(path: string, mode: number): number;
  /** Makes a file that must not be there yet. */
  createNew(path: string, mode: number): number;
  truncate(fd: number, size: number): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
}

/** O_NONBLOCK: a FIFO in the file's place must not hold us. O_EXCL follows no link either, open(2). */
const CREATE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export const realOwnFileCalls: OwnFileCalls = {
  openToAppend: (path, mode) => openSync(path, CREATE_FLAGS | constants.O_APPEND, mode),
  createNew: (path, mode) => openSync(path, CREATE_FLAGS | constants.O_EXCL, mode),
  truncate: (fd, size) => {
    ftruncateSync(fd, size);
  },
  rename: (from, to) => {
    renameSync(from, to);
  },
  unlink: (path) => {
    unlinkSync(path);
  },
};

/** inotify(7) on one directory. @param failed it tells of nothing any more @returns what ends it */
export function watchDirectory(path: string, changed: (name: string | null) => void, failed: () => void): () => void {
  const watcher = watch(path, (_, name) => {
    changed(name);
  });
  watcher.on('error', failed);
  return () => {
    watcher.close();
  };
}

/** The errno's name of whatever a system call threw; a bug in cgprep is thrown on. */
export function errnoOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  // Node has no name for some errnos ("Unknown system error -116"), and spells EOPNOTSUPP as ENOTSUP.
  if ('errno' in error && error.errno === -116) return 'ESTALE';
  if ('code' in error && typeof error.code === 'string' && 'errno' in error) return error.code;
  if ('code' in error && error.code === 'ERR_INVALID_ARG_VALUE') return 'EINVAL';
  throw error;
}
