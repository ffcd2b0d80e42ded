import type { FoundCommand } from '../model/command-line.ts';
import type { HostReader } from '../model/ports.ts';
import { unitEnvironment } from './unit-environment.ts';
import type { PlacedAssignment, Variable } from './unit-environment.ts';
import { unitFiles } from './unit-files.ts';
import { serviceAssignments, unitWords, valueWords, withoutSpecifiers } from './unit-text.ts';

export type Word = FoundCommand['words'][number];

export const OWN_ENVIRONMENT = 'the environment that systemd handed to cgprep';

/** How systemd starts a service, as its files say. */
export interface UnitStart {
  /** The program and its words, expanded. */
  readonly words: readonly Word[];
  /** The file that has the ExecStart=. */
  readonly path: string;
  readonly lookUp: (name: string) => Variable | null;
  /** The names of all variables that the service has, as far as its files and our own environment tell. */
  readonly variables: readonly string[];
  readonly directory: string;
  /** Every file that was read. */
  readonly sources: readonly string[];
}

/**
 * What systemd would start, read from the files as systemd reads them and without asking systemd, so that it is the
 * same on a captured tree.
 * @param own the environment that answers last, for a variable that no file gives; null for none
 * @returns null where there is no unit, a masked one, or one without ExecStart=
 * @throws CgprepError CGP_KUBELET_ARGS, CGP_PERMISSION
 */
export function unitStart(
  reader: HostReader,
  unit: string,
  own: Readonly<Record<string, string | undefined>> | null,
): UnitStart | null {
  const files = unitFiles(reader, unit);
  const assignments = files.flatMap(({ path, text }) => serviceAssignments(text).map((one) => ({ ...one, path })));
  const start = lastCommand(assignments);
  if (start === null) return null;
  const { variables, files: environmentFiles } = unitEnvironment(reader, assignments);
  const lookUp = (name: string): Variable | null => {
    const value = own?.[name];
    return variables.get(name) ?? (value === undefined ? null : { value, source: OWN_ENVIRONMENT });
  };
  return {
    words: expand(start, lookUp),
    path: start.path,
    lookUp,
    variables: [...variables.keys(), ...Object.keys(own ?? {})],
    directory: workingDirectory(assignments),
    sources: [...files.map(({ path }) => path), ...environmentFiles],
  };
}

/** Of a service that is not oneshot systemd takes one ExecStart=; an empty one takes back those before it. */
function lastCommand(assignments: readonly PlacedAssignment[]): PlacedAssignment | null {
  let command: PlacedAssignment | null = null;
  for (const assignment of assignments) {
    if (assignment.key === 'ExecStart') command = assignment.value === '' ? null : assignment;
  }
  return command;
}

/**
 * The words of an ExecStart= (systemd.service(5), "Command Lines"): `$VAR` as a word of its own becomes as many words
 * as its value has, `${VAR}` is replaced where it stands and stays one word, `$$` is a dollar sign.
 */
function expand({ value, path }: PlacedAssignment, lookUp: (name: string) => Variable | null): Word[] {
  const [, prefix = '', line = ''] = /^([-@:+!|]*)\s*([^]*)$/.exec(value) ?? [];
  const raw = (unitWords(line) ?? []).map(withoutSpecifiers);
  // Two commands in one assignment are for oneshot services.
  const end = raw.indexOf(';');
  const words = end === -1 ? raw : raw.slice(0, end);
  // After @ the second word is what the program finds as its own name.
  if (prefix.includes('@')) words.splice(1, 1);
  if (prefix.includes(':')) return words.map((text) => ({ text, source: path }));
  return words.flatMap((text) => {
    const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
    if (whole === undefined) return [inPlace(text, path, lookUp)];
    const variable = lookUp(whole);
    if (variable === null) return [];
    return valueWords(variable.value).map((word) => ({ text: word, source: variable.source }));
  });
}

function inPlace(word: string, path: string, lookUp: (name: string) => Variable | null): Word {
  const sources: string[] = [];
  const text = word.replaceAll(/\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name?: string) => {
    if (name === undefined) return '$';
    const variable = lookUp(name);
    if (variable !== null) sources.push(variable.source);
    return variable?.value ?? '';
  });
  return { text, source: sources[0] ?? path };
}

function workingDirectory(assignments: readonly PlacedAssignment[]): string {
  const last = assignments.findLast(({ key }) => key === 'WorkingDirectory')?.value.replace(/^-/, '') ?? '';
  return last.startsWith('/') ? last : '/';
}
