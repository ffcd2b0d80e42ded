import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Volume, createFsFromVolume } from 'memfs';
import type { IFs } from 'memfs';
import type { Syscalls } from '../../src/host/syscalls.ts';

/** A host as a file: what stood in the directories that cgprep looks at. Parents of a path are implied. */
export interface CapturedHost {
  readonly files: Readonly<Record<string, string>>;
  readonly dirs: readonly string[];
  readonly links: Readonly<Record<string, string>>;
}

/** A captured host with what was captured about it. */
export interface HostFile {
  readonly name: string;
  readonly about: string;
  readonly host: CapturedHost;
}

const HOSTS = join(import.meta.dirname, '..', 'hosts');

export function hostFiles(): HostFile[] {
  return readdirSync(HOSTS)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({
      name: basename(name, '.json'),
      ...(JSON.parse(readFileSync(join(HOSTS, name), 'utf8')) as Omit<HostFile, 'name'>),
    }));
}

/** The captured tree in memory. */
export function mountHost(host: CapturedHost): IFs {
  const volume = Volume.fromJSON({});
  for (const dir of ['/', ...host.dirs]) volume.mkdirSync(dir, { recursive: true });
  for (const [path, text] of Object.entries(host.files)) {
    volume.mkdirSync(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
    volume.writeFileSync(path, text);
    // A capture is old: nobody is writing it just now.
    volume.utimesSync(path, 1_700_000_000, 1_700_000_000);
  }
  for (const [path, target] of Object.entries(host.links)) {
    volume.mkdirSync(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
    volume.symlinkSync(target, path);
  }
  return createFsFromVolume(volume);
}

/** memfs behind cgprep's own system calls; what only a real kernel can answer is left out. */
export function memorySyscalls(fs: IFs): Syscalls {
  const unsupported = (): never => {
    throw new Error('a captured host is only looked at');
  };
  return {
    open: (path, flags) => fs.openSync(path, flags),
    close: (fd) => {
      fs.closeSync(fd);
    },
    fstat: (fd) => fs.fstatSync(fd, { bigint: true }),
    stat: (path) => fs.statSync(path, { bigint: true }),
    lstat: (path) => fs.lstatSync(path, { bigint: true }),
    readlink: (path) => fs.readlinkSync(path) as string,
    readdir: (path) => fs.readdirSync(path) as string[],
    read: (fd, into) => fs.readSync(fd, into, 0, into.length, null as never),
    write: unsupported,
    mkdir: unsupported,
    fsType: unsupported,
    statfs: unsupported,
  };
}
