import type { FoundCommand } from '../model/command-line.ts';
import type { HostReader } from '../model/ports.ts';
import { shellWords } from './shell-words.ts';
import { OWN_ENVIRONMENT, unitStart } from './unit-start.ts';
import type { UnitStart, Word } from './unit-start.ts';

const UNIT = 'kubelet.service';

/**
 * The command line with which systemd starts kubelet.service.
 * @param own cgprep's own environment. As an ExecStartPre= it is the kubelet's, with what no file of the unit tells
 * (PassEnvironment=, `systemctl set-environment`): it answers only for a variable that ExecStart= refers to and no
 * file gives. null below another root, whose kubelet has another environment.
 * @returns null where there is no unit, a masked one, or one of which it cannot be told how it starts the kubelet
 * @throws CgprepError CGP_KUBELET_ARGS, CGP_PERMISSION
 */
export function unitCommand(
  reader: HostReader,
  own: Readonly<Record<string, string | undefined>> | null,
): FoundCommand | null {
  const start = unitStart(reader, UNIT, own);
  const words = start === null ? null : kubeletWords(start);
  if (start === null || words === null) return null;
  const [program, ...after] = words;
  return {
    words: after,
    program: program?.text.startsWith('/') === true ? program.text : null,
    directory: start.directory,
    sources: [...start.sources, ...(after.some(({ source }) => source === OWN_ENVIRONMENT) ? [OWN_ENVIRONMENT] : [])],
    variables: start.variables,
  };
}

/** A unit whose kubelet cannot be told from its ExecStart=: a script, or a shell that does more than start it. */
export function unclearUnit(reader: HostReader): string | null {
  const start = unitStart(reader, UNIT, null);
  if (start === null || kubeletWords(start) !== null) return null;
  return `${start.path} (it starts ${start.words[0]?.text ?? 'nothing'}, whose way to the kubelet cgprep does not follow)`;
}

/** The kubelet's own path and what follows it. */
function kubeletWords(start: UnitStart): readonly Word[] | null {
  const [shell, dash, script] = start.words;
  const isShell = /^(?:\S*\/)?(?:ba|da)?sh$/.test(shell?.text ?? '') && /^-[eux]*c$/.test(dash?.text ?? '');
  const words = isShell && script !== undefined ? shellWords(script.text, start.path, start.lookUp) : start.words;
  // Before it there may be a program that starts the kubelet: nice, systemd-inhibit, hyperkube.
  const at = words?.findIndex(({ text }) => /^(?:\S*\/)?kubelet$/.test(text)) ?? -1;
  return at === -1 ? null : (words?.slice(at) ?? null);
}
