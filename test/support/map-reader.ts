import type { HostReader } from '../../src/model/ports.ts';
import type { CapturedHost } from './captured-host.ts';
import type { Files } from './naive-kubelet/host.ts';

/** A captured host as a map of its paths: what thousands of cases can be read from in seconds. Without links. */
export function mapOf(host: CapturedHost): { readonly reader: HostReader; readonly files: Files } {
  const texts = new Map(Object.entries(host.files));
  for (const [path, text] of Object.entries(host.files))
    if (path.startsWith('/proc/1/')) texts.set(path.replace('/1/', '/self/'), text);
  const names = new Map<string, Set<string>>();
  for (const path of [...texts.keys(), ...host.dirs.map((dir) => `${dir}/`)]) {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const parent = at.slice(0, at.lastIndexOf('/')) || '/';
      const name = at.slice(at.lastIndexOf('/') + 1);
      const known = names.get(parent) ?? new Set();
      names.set(parent, known);
      if (name !== '') known.add(name);
    }
  }
  const reader: HostReader = {
    readText: (path) => {
      const text = texts.get(path);
      return text === undefined ? { errno: names.has(path) ? 'EISDIR' : 'ENOENT' } : { text, mtimeMs: 0 };
    },
    kind: (path) => (names.has(path) ? 'directory' : texts.has(path) ? 'other' : { errno: 'ENOENT' }),
    isLink: () => false,
    stamp: (path) => texts.get(path) ?? '',
    list: (path) => {
      const found = names.get(path);
      return found === undefined ? { errno: 'ENOENT' } : [...found].toSorted();
    },
  };
  return {
    reader,
    files: {
      exists: (path) => names.has(path) || texts.has(path),
      text: (path) => texts.get(path) ?? null,
      names: (path) => [...(names.get(path) ?? [])],
    },
  };
}
