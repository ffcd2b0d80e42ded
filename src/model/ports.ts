import type { LogLevel } from './settings.ts';

/** The errno's name, e.g. `ENOENT`: what a system call answered instead of a result. */
export interface Refused {
  readonly errno: string;
}

export interface FileText {
  readonly text: string;
  /** Last change, milliseconds since the epoch. */
  readonly mtimeMs: number;
}

/**
 * Looks at the host below `--root`, and never changes it. Paths are the host's
 * own absolute paths; symbolic links are resolved inside the root.
 */
export interface HostReader {
  /** The whole of a regular file; `EFBIG` past `limit` bytes, `EISDIR` or `EINVAL` when it is not a file. */
  readText(path: string, limit: number): FileText | Refused;
  /** What a path leads to, links followed. */
  kind(path: string): 'directory' | 'other' | Refused;
  /** Is the path itself a symbolic link, wherever it leads. */
  isLink(path: string): boolean;
  /** The names in a directory, in byte order. */
  list(path: string): readonly string[] | Refused;
  /** Another one whenever what a path leads to may have changed: device, inode, size and times; or the errno. */
  stamp(path: string): string;
}

/** Which tree to work in, and how to know that it still is that tree. */
export interface TreeAnchor {
  readonly mountpoint: string;
  readonly type: 'cgroup' | 'cgroup2';
  readonly device: string;
}

/**
 * The one guarded door to the cgroup trees. Each call starts at the mount point,
 * checks that it is a cgroup filesystem and the anchored one, and walks down
 * directory by directory without following a link. It creates no files and removes nothing.
 */
export interface CgroupDoor {
  /** Makes the last directory of `path`. `made` is false if it was there. */
  makeDirectory(anchor: TreeAnchor, path: string): { readonly made: boolean } | Refused;
  /** The text of an interface file, at most 64 KiB. */
  read(anchor: TreeAnchor, path: string, file: string): { readonly text: string } | Refused;
  /** Writes an existing interface file in one write(2). */
  write(anchor: TreeAnchor, path: string, file: string, text: string): { readonly written: true } | Refused;
}

/**
 * The files that are cgprep's own: its record and its textfile. Paths are absolute, of the
 * machine that cgprep runs on. A missing directory is made, 0755, if its parent is there.
 * A link in the last element is not followed, and nothing is done inside a cgroup filesystem
 * (`CGROUPFS`), where making a directory means something else.
 */
export interface OwnFiles {
  /**
   * Adds one line, in one write(2). A file that would grow past the limit becomes `PATH.1` first,
   * in place of an older one, so that both together take at most twice the limit.
   * @param line without its line end
   * @returns `EFBIG` for a line that is longer than the limit; after a failure no part of the line is there
   */
  append(path: string, line: string, limitBytes: number): { readonly written: true } | Refused;
  /** Puts a whole new file, 0644, in place of the old one: whoever reads sees all of either. */
  replace(path: string, text: string): { readonly written: true } | Refused;
}

/** Where a server listens: an IP address and a port, or the path of a unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly socket: string };

/** One answer of the server, with its HTTP status. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Answers GET and HEAD until it is closed. It never keeps the process from ending.
 * @param answer for a path such as `/metrics`
 */
export type Serve = (
  address: ListenAddress,
  answer: (path: string) => Promise<HttpAnswer>,
) => Promise<{ readonly close: () => void } | Refused>;

/** systemd's answer when it did not do what it was asked for, in its own words. */
export interface SystemdRefusal {
  readonly refusal: string;
  /** No answer in time, or no way to reach it: trying again may help. */
  readonly unreachable: boolean;
}

/** systemd's manager on this host, each call with a time limit. */
export interface Systemd {
  /** `systemctl show`, raw: a block of `Key=value` lines for each unit, in the order asked. */
  show(units: readonly string[], properties: readonly string[]): { readonly text: string } | SystemdRefusal;
  start(unit: string): { readonly done: true } | SystemdRefusal;
  /** Until the next boot: `systemctl set-property --runtime`. */
  setProperties(unit: string, assignments: readonly string[]): { readonly done: true } | SystemdRefusal;
}

/** The only time in the program. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Blocks for so many milliseconds. */
  sleep(ms: number): void;
}

export type Cancel = () => void;

/** Calls back later. */
export interface Timers {
  /** Milliseconds of CLOCK_MONOTONIC, which is never set. */
  now(): number;
  after(ms: number, call: () => void): Cancel;
}

/** Tells that something in a directory has changed; what it tells may be late, doubled or lost (inotify(7)). */
export interface DirectoryWatch {
  /**
   * From now on exactly these directories, inside the root. Those that are not there are left out; one that was
   * made anew is watched anew.
   * @returns how many are watched that were not, and the errno of one that could not be
   */
  watch(directories: readonly string[]): { readonly added: number; readonly problem: string | null };
}

/** systemd's side of a service of Type=notify, sd_notify(3). */
export interface Notify {
  /** Assignments such as `READY=1`, sent together. */
  send(assignments: readonly string[]): void;
  /** WATCHDOG_USEC in milliseconds; null where systemd does not wait for it. */
  readonly watchdogMs: number | null;
}

/** What happened, for the log on standard error. */
export interface LogSink {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export function refused(result: object): result is Refused {
  return 'errno' in result;
}
