import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';

export type Table = Readonly<Record<string, unknown>>;

/** A file of TOML; `table` is null when it cannot be parsed. */
export interface TomlFile {
  readonly path: string;
  readonly table: Table | null;
}

const LIMIT = 1024 * 1024;

/** Reads TOML files; those that are not there are left out. The parser is loaded when there is something to parse. */
export async function readToml(reader: HostReader, paths: readonly string[]): Promise<TomlFile[]> {
  const texts = paths.flatMap((path) => {
    const file = reader.readText(path, LIMIT);
    return refused(file) ? [] : [{ path, text: file.text }];
  });
  if (texts.length === 0) return [];
  const { parse } = await import('smol-toml');
  return texts.map(({ path, text }) => {
    try {
      return { path, table: parse(text) };
    } catch {
      // The runtime would not start with it either; for us it only says nothing.
      return { path, table: null };
    }
  });
}

/** What stands below a path of keys, if it is a table. */
export function tableAt(table: Table | null | undefined, ...keys: readonly string[]): Table | undefined {
  let at: unknown = table;
  for (const key of keys) at = isTable(at) ? at[key] : undefined;
  return isTable(at) ? at : undefined;
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
