import { CgprepError } from '../errors.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import { parseEnvironmentFile } from './environment-file.ts';
import { unitWords, withoutSpecifiers } from './unit-text.ts';

/** A variable's value, and the file that gave it. */
export interface Variable {
  readonly value: string;
  readonly source: string;
}

export interface UnitEnvironment {
  readonly variables: ReadonlyMap<string, Variable>;
  /** The environment files that were read, in their order. */
  readonly files: readonly string[];
}

/** One assignment with the file it stands in. */
export interface PlacedAssignment {
  readonly key: string;
  readonly value: string;
  readonly path: string;
}

const LIMIT = 1024 * 1024;

/**
 * The environment that systemd gives the service: `Environment=`, and over it the environment files, whichever
 * stands first in the unit; an empty assignment takes back all before it (systemd.exec(5), "Environment").
 * @throws CgprepError CGP_KUBELET_ARGS, CGP_PERMISSION for a file without which the service does not start
 */
export function unitEnvironment(reader: HostReader, assignments: readonly PlacedAssignment[]): UnitEnvironment {
  const variables = new Map<string, Variable>();
  let wanted: PlacedAssignment[] = [];
  for (const assignment of assignments) {
    const { key, value, path } = assignment;
    if (key === 'EnvironmentFile') wanted = value === '' ? [] : [...wanted, assignment];
    if (key !== 'Environment') continue;
    if (value === '') variables.clear();
    for (const word of unitWords(value) ?? []) {
      const equals = word.indexOf('=');
      if (equals > 0)
        variables.set(word.slice(0, equals), { value: withoutSpecifiers(word.slice(equals + 1)), source: path });
    }
  }
  const files: string[] = [];
  for (const { value, path } of wanted) {
    const file = withoutSpecifiers(value.replace(/^-/, ''));
    const text = readEnvironmentFile(reader, file, { optional: value.startsWith('-'), unit: path });
    if (text === null) continue;
    files.push(file);
    for (const [name, one] of parseEnvironmentFile(text)) variables.set(name, { value: one, source: file });
  }
  return { variables, files };
}

function readEnvironmentFile(
  reader: HostReader,
  file: string,
  { optional, unit }: { readonly optional: boolean; readonly unit: string },
): string | null {
  const found = reader.readText(file, LIMIT);
  if (!refused(found)) return found.text;
  if (found.errno === 'EACCES' || found.errno === 'EPERM') {
    throw new CgprepError(
      'CGP_PERMISSION',
      `${file}: the environment file of ${unit} may not be read by this user`,
      "Run cgprep as root, or name the kubelet's configuration with --kubelet-config or --kubelet-args.",
    );
  }
  if (optional) return null;
  throw new CgprepError(
    'CGP_KUBELET_ARGS',
    `${file}: the environment file of ${unit} cannot be read (${found.errno}), so systemd does not start the kubelet`,
    'Make the file, or write EnvironmentFile=- for one that may be missing; --kubelet-args goes past the unit.',
  );
}
