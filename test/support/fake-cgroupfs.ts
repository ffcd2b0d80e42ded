import type { IFs } from 'memfs';
import { below } from '../../src/model/cgroup.ts';
import type { CgroupDoor, Refused, TreeAnchor } from '../../src/model/ports.ts';

/** One change that was made through the door, as a line. */
export type Journal = string[];

/**
 * The door over a captured tree, with what memfs lacks of a real cgroup filesystem:
 * interface files that appear with a directory, and the kernel's answers to writes
 * (cgroup-v1/cpusets.rst, cgroup-v2.rst). `refuse` may answer instead, for faults.
 */
export function fakeDoor(fs: IFs, journal: Journal, refuse: (call: string) => string | null = () => null): CgroupDoor {
  const text = (path: string): string | null => (fs.existsSync(path) ? String(fs.readFileSync(path, 'utf8')) : null);
  const guarded = <T>(call: string, act: () => T | Refused): T | Refused => {
    const errno = refuse(call);
    return errno === null ? act() : { errno };
  };
  return {
    makeDirectory: (anchor, path) =>
      guarded(`mkdir ${below(anchor.mountpoint, path)}`, () => makeDirectory(fs, journal, anchor, path)),
    read: (anchor, path, file) =>
      guarded(`read ${below(anchor.mountpoint, path)}/${file}`, () => {
        const found = text(below(below(anchor.mountpoint, path), `/${file}`));
        return found === null ? { errno: 'ENOENT' } : { text: found };
      }),
    write: (anchor, path, file, value) =>
      guarded(`write ${below(anchor.mountpoint, path)}/${file}`, () => {
        const directory = below(anchor.mountpoint, path);
        if (text(`${directory}/${file}`) === null) return { errno: 'ENOENT' };
        const errno =
          file === 'cgroup.subtree_control'
            ? writeSubtree(fs, anchor, directory, value)
            : writeCpuset(fs, directory, file, value);
        if (errno !== null) return { errno };
        journal.push(`write ${directory}/${file} ${value}`);
        return { written: true };
      }),
  };
}

function makeDirectory(fs: IFs, journal: Journal, anchor: TreeAnchor, path: string): { made: boolean } | Refused {
  const directory = below(anchor.mountpoint, path);
  const parent = directory.slice(0, directory.lastIndexOf('/')) || '/';
  if (!fs.existsSync(parent)) return { errno: 'ENOENT' };
  if (fs.existsSync(directory)) return fs.statSync(directory).isDirectory() ? { made: false } : { errno: 'ENOTDIR' };
  fs.mkdirSync(directory);
  const file = (name: string, text: string): void => {
    fs.writeFileSync(`${directory}/${name}`, text);
  };
  file('cgroup.procs', '');
  if (anchor.type === 'cgroup2') {
    file('cgroup.controllers', read(fs, `${parent}/cgroup.subtree_control`));
    file('cgroup.subtree_control', '\n');
    file('cgroup.type', 'domain\n');
  } else if (fs.existsSync(`${parent}/cpuset.cpus`)) {
    const clone = read(fs, `${parent}/cgroup.clone_children`).trim() === '1';
    for (const name of ['cpuset.cpus', 'cpuset.mems']) file(name, clone ? read(fs, `${parent}/${name}`) : '\n');
  }
  journal.push(`mkdir ${directory}`);
  return { made: true };
}

function read(fs: IFs, path: string): string {
  return fs.existsSync(path) ? String(fs.readFileSync(path, 'utf8')) : '';
}

/** Only words that the cgroup itself was given can be passed on, and only by one without processes. */
function writeSubtree(fs: IFs, anchor: TreeAnchor, directory: string, value: string): string | null {
  const given = read(fs, `${directory}/cgroup.controllers`).trim().split(/\s+/);
  const words = value.split(' ').map((word) => word.slice(1));
  if (!words.every((word) => given.includes(word))) return 'ENOENT';
  if (directory !== anchor.mountpoint && read(fs, `${directory}/cgroup.procs`).trim() !== '') return 'EBUSY';
  const enabled = new Set(
    [...read(fs, `${directory}/cgroup.subtree_control`).trim().split(/\s+/), ...words].filter((word) => word !== ''),
  );
  const line = `${[...enabled].join(' ')}\n`;
  fs.writeFileSync(`${directory}/cgroup.subtree_control`, line);
  for (const name of fs.readdirSync(directory) as string[]) {
    if (fs.statSync(`${directory}/${name}`).isDirectory())
      fs.writeFileSync(`${directory}/${name}/cgroup.controllers`, line);
  }
  return null;
}

/** A v1 cpuset can have no more than its parent has: an empty parent refuses everything. */
function writeCpuset(fs: IFs, directory: string, file: string, value: string): string | null {
  const parent = directory.slice(0, directory.lastIndexOf('/'));
  if (read(fs, `${parent}/${file}`).trim() === '') return 'EACCES';
  fs.writeFileSync(`${directory}/${file}`, `${value}\n`);
  return null;
}
