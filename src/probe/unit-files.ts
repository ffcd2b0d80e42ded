import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';

/** One file that makes up a unit. */
export interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Where an administrator, the running system and packages keep units, the strongest first (systemd.unit(5), "Unit
 * File Load Path"). What generators and `systemctl set-property` write is left out: no kubelet is started from it.
 */
const UNIT_PATH = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

const LIMIT = 1024 * 1024;

/**
 * The unit's own file and its drop-ins in the order in which systemd applies them: by file name whatever their
 * directory; of two with one name the stronger directory's counts, and an empty one or a link to /dev/null hides it.
 * @returns none for a unit that is not there or is masked
 */
export function unitFiles(reader: HostReader, unit: string): readonly UnitFile[] {
  const main = first(UNIT_PATH, (directory) => readUnit(reader, `${directory}/${unit}`));
  if (main === null || main.text === '') return [];
  const dropIns = new Map<string, string>();
  for (const directory of UNIT_PATH) {
    const names = reader.list(`${directory}/${unit}.d`);
    if (refused(names)) continue;
    for (const name of names) {
      if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, `${directory}/${unit}.d/${name}`);
    }
  }
  // Byte order; file names of drop-ins are ASCII in practice, where the two orders are one.
  const paths = [...dropIns.keys()].toSorted().flatMap((name) => dropIns.get(name) ?? []);
  return [main, ...paths.flatMap((path) => readUnit(reader, path) ?? []).filter(({ text }) => text !== '')];
}

/** The units that pull this one in, by the links that `systemctl enable` makes: `kubelet.service`, `multi-user.target`. */
export function enabledFor(reader: HostReader, unit: string): string[] {
  return UNIT_PATH.flatMap((directory) => {
    const names = reader.list(directory);
    if (refused(names)) return [];
    return names
      .filter((name) => /\.(?:wants|requires)$/.test(name))
      .filter((name) => {
        const links = reader.list(`${directory}/${name}`);
        return !refused(links) && links.includes(unit);
      })
      .map((name) => name.replace(/\.(?:wants|requires)$/, ''));
  });
}

/** @returns null when there is no such file, an empty text when it is masked */
function readUnit(reader: HostReader, path: string): UnitFile | null {
  const file = reader.readText(path, LIMIT);
  if (!refused(file)) return { path, text: file.text };
  // A mask: /dev/null is no regular file, and on a captured tree it is not there at all.
  return reader.isLink(path) ? { path, text: '' } : null;
}

function first<T, R>(all: readonly T[], ask: (one: T) => R | null): R | null {
  for (const one of all) {
    const answer = ask(one);
    if (answer !== null) return answer;
  }
  return null;
}
