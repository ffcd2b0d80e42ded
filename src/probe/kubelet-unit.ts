import type { FoundCommand } from '../model/command-line.ts';
import type { HostReader } from '../model/ports.ts';
import { unitEnvironment } from './unit-environment.ts';
import type { PlacedAssignment, Variable } from './unit-environment.ts';
import { unitFiles } from './unit-files.ts';
import { serviceAssignments, unitWords, valueWords, withoutSpecifiers } from './unit-text.ts';

type Word = FoundCommand['words'][number];

export const OWN_ENVIRONMENT = 'the environment that systemd handed to cgprep';

/**
 * The command line with which systemd starts kubelet.service, read from the files as systemd reads them and without
 * asking systemd, so that it is the same on a captured tree.
 * @param own cgprep's own environment. As an ExecStartPre= it is the kubelet's, with what no file of the unit tells
 * (PassEnvironment=, `systemctl set-environment`): it answers only for a variable that ExecStart= refers to and no
 * file gives. null below another root, whose kubelet has another environment.
 * @returns null where there is no unit, a masked one, or one that starts something else
 * @throws CgprepError CGP_KUBELET_ARGS, CGP_PERMISSION
 */
export function unitCommand(
  reader: HostReader,
  own: Readonly<Record<string, string | undefined>> | null,
): FoundCommand | null {
  const files = unitFiles(reader, 'kubelet.service');
  const assignments = files.flatMap(({ path, text }) => serviceAssignments(text).map((one) => ({ ...one, path })));
  const start = lastCommand(assignments);
  if (start === null) return null;
  const { variables, files: environmentFiles } = unitEnvironment(reader, assignments);
  const lookUp = (name: string): Variable | null => {
    const value = own?.[name];
    return variables.get(name) ?? (value === undefined ? null : { value, source: OWN_ENVIRONMENT });
  };
  const words = expand(start, lookUp);
  // Before it there may be a program that starts the kubelet: nice, systemd-inhibit, hyperkube.
  const at = words.findIndex(({ text }) => /^(?:\S*\/)?kubelet$/.test(text));
  if (at === -1) return null;
  const program = words[at]?.text ?? '';
  const after = words.slice(at + 1);
  return {
    words: after,
    program: program.startsWith('/') ? program : null,
    directory: workingDirectory(assignments),
    sources: [
      ...files.map(({ path }) => path),
      ...environmentFiles,
      ...(after.some(({ source }) => source === OWN_ENVIRONMENT) ? [OWN_ENVIRONMENT] : []),
    ],
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
