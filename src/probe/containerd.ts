import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { RuntimeFacts } from '../model/runtime.ts';
import { isTable, readToml, tableAt } from './toml.ts';
import type { Table, TomlFile } from './toml.ts';

/** The section of the CRI plugin by the version of the file; 4 is not released, and names it as 3 does. */
const SECTIONS: Readonly<Record<number, string>> = { 1: 'cri', 2: 'io.containerd.grpc.v1.cri' };
const SECTION_SINCE_3 = 'io.containerd.cri.v1.runtime';

const MAX_FILES = 100;

/**
 * What containerd's configuration says. Only 2.0 and newer read version 3, and those answer RuntimeConfig; version 2 is
 * read by 1.x and 2.x alike, so that it stays open; version 1 by 1.x only.
 * @returns null without such a file: then not even the version of containerd is known
 */
export async function containerdFacts(reader: HostReader, main: string): Promise<RuntimeFacts | null> {
  const files = await load(reader, main);
  const [first] = files;
  if (first === undefined) return null;
  const common = { runtime: 'containerd', files: files.map(({ path }) => path) } as const;
  const broken = files.find(({ table }) => table === null);
  if (broken !== undefined) return { ...common, driver: null, answers: null, evidence: `${broken.path} is not TOML` };
  const version = versionOf(first, 1);
  const answers = version === 2 ? null : version >= 3;
  // A file that is imported may be of an older version, and is brought up to the main file's.
  const sections = files.flatMap((file) => {
    const table = tableAt(file.table, 'plugins', SECTIONS[versionOf(file, version)] ?? SECTION_SINCE_3, 'containerd');
    return table === undefined ? [] : [{ path: file.path, table }];
  });
  const found = decide(merged(sections, version >= 3));
  if (found === null) {
    const evidence = `containerd's default: ${main} has no SystemdCgroup`;
    return { ...common, driver: 'cgroupfs', answers, evidence };
  }
  const { handler, systemd } = found;
  const where = sections.findLast(({ table }) => tableAt(table, 'runtimes', handler) !== undefined)?.path ?? main;
  return {
    ...common,
    driver: systemd ? 'systemd' : 'cgroupfs',
    answers,
    evidence: `SystemdCgroup of ${handler} in ${where}`,
  };
}

/**
 * The file and what it imports, in the order in which containerd merges them.
 * Source: containerd 1.7 and 2.x, server/config/config.go, LoadConfig and resolveImports.
 */
async function load(reader: HostReader, main: string): Promise<TomlFile[]> {
  const loaded: TomlFile[] = [];
  const pending = [main];
  for (let path = pending.shift(); path !== undefined && loaded.length < MAX_FILES; path = pending.shift()) {
    if (loaded.some((file) => file.path === path)) continue;
    const [file] = await readToml(reader, [path]);
    if (file === undefined) continue;
    loaded.push(file);
    const imports = file.table?.['imports'];
    const here = path.slice(0, path.lastIndexOf('/'));
    for (const one of Array.isArray(imports) ? imports : []) {
      if (typeof one === 'string')
        pending.push(...matching(reader, clean(one.startsWith('/') ? one : `${here}/${one}`)));
    }
  }
  return loaded;
}

/** filepath.Clean of an absolute path: without it a file that imports itself by another spelling is read again. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** filepath.Glob with `*` in the last part of the path, which is where it stands in practice. */
function matching(reader: HostReader, path: string): string[] {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const pattern = path.slice(directory.length + 1);
  if (!pattern.includes('*')) return [path];
  const names = reader.list(directory);
  if (refused(names)) return [];
  const expression = new RegExp(`^${pattern.split('*').map(literally).join('[^/]*')}$`);
  return names.filter((name) => expression.test(name)).map((name) => `${directory}/${name}`);
}

function literally(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
}

/** Until 1.x an imported file replaces a plugin's whole section, later it is merged into it (mergeConfig). */
function merged(sections: readonly { readonly table: Table }[], deep: boolean): Table {
  if (!deep) return sections.at(-1)?.table ?? {};
  return sections.reduce<Table>((whole, { table }) => deepMerge(whole, table), {});
}

function versionOf({ table }: TomlFile, unsaid: number): number {
  const version = table?.['version'];
  return typeof version === 'number' ? version : unsaid;
}

function deepMerge(into: Table, from: Table): Table {
  const result: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const before = result[key];
    result[key] = isTable(before) && isTable(value) ? deepMerge(before, value) : value;
  }
  return result;
}

/**
 * The default runtime handler first, then the others by name; the first one of runc's kind that has options decides
 * (containerd 2.x, internal/cri/server, RuntimeConfig). null when none has: the default's options then say false.
 */
function decide(containerd: Table): { readonly handler: string; readonly systemd: boolean } | null {
  const handlers = tableAt(containerd, 'runtimes') ?? {};
  const named = containerd['default_runtime_name'];
  const preferred = typeof named === 'string' && named !== '' ? named : 'runc';
  const others = Object.keys(handlers).filter((name) => name !== preferred);
  for (const handler of [preferred, ...others.toSorted()]) {
    const type = tableAt(handlers, handler)?.['runtime_type'] ?? (handler === 'runc' ? 'io.containerd.runc.v2' : '');
    const options = tableAt(handlers, handler, 'options');
    if (options === undefined || typeof type !== 'string' || !type.startsWith('io.containerd.runc.')) continue;
    return { handler, systemd: options['SystemdCgroup'] === true };
  }
  return null;
}
