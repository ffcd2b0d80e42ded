import { parse } from 'yaml';
import { parseArgsFile } from '../kubelet/args-file.ts';
import { isKubeletConfiguration, PLACES } from '../kubelet/places.ts';
import type { Place } from '../kubelet/places.ts';
import type { FoundCommand } from '../model/command-line.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import { runningKubelet } from '../probe/kubelet-process.ts';
import { embeddedKubelet } from '../probe/embedded-kubelet.ts';
import { unclearUnit, unitCommand } from '../probe/kubelet-unit.ts';
import type { Session } from './session.ts';

/** Where the kubelet's configuration is, as far as nobody said it. */
export interface Discovered {
  readonly command: FoundCommand | null;
  readonly config: string | null;
  readonly configDir: string | null;
  /** The description of the snap that the kubelet is in, which has its version. */
  readonly snap: string | null;
  /** A unit whose command line could not be told, in words for the report. */
  readonly unclear: string | null;
}

export const NOTHING: Discovered = { command: null, config: null, configDir: null, snap: null, unclear: null };

const LIMIT = 1024 * 1024;

/**
 * Finds the kubelet's configuration without being told: the running kubelet's command line, else its unit's, else
 * k3s's or RKE2's, else the places where distributions keep it. A command line that is found is the whole truth:
 * without --config on it, the kubelet reads no file, wherever one may lie.
 *
 * Only `audit` looks for a running kubelet. `oneshot` prepares for the kubelet that is started next, which gets its
 * command line from the unit; one that runs already may still be going by what the files said before. And on the
 * boot path, where none runs yet, the search would open a file for each process for nothing.
 * @throws CgprepError CGP_KUBELET_ARGS, CGP_PERMISSION
 */
export function discover({ reader, settings, variables }: Session, command: 'audit' | 'oneshot'): Discovered {
  const found =
    (command === 'audit' ? runningKubelet(reader) : null) ??
    unitCommand(reader, settings.root === '/' ? variables : null);
  if (found !== null) return { ...NOTHING, command: found };
  const embedded = embeddedKubelet(reader, parseYaml);
  return embedded === null
    ? { ...wellKnown(reader), unclear: unclearUnit(reader) }
    : { ...NOTHING, command: embedded.command, configDir: embedded.configDir };
}

/** The first of the well-known places that is there. */
export function wellKnown(reader: HostReader): Discovered {
  for (const place of PLACES) {
    const found = lookInto(reader, place);
    if (found !== null) return found;
  }
  return NOTHING;
}

function lookInto(reader: HostReader, { config, configDir, args, variables, snap, shared }: Place): Discovered | null {
  if (args !== undefined) {
    const file = reader.readText(args, LIMIT);
    if (refused(file)) return null;
    const words = parseArgsFile(file.text, variables ?? {}).map((text) => ({ text, source: args }));
    return {
      ...NOTHING,
      command: { words, program: null, directory: '/', sources: [args], variables: null },
      snap: snap ?? null,
    };
  }
  if (config !== undefined) {
    if (shared === true ? !isKubelets(reader, config) : reader.kind(config) !== 'other') return null;
  }
  const directory = configDir !== undefined && reader.kind(configDir) === 'directory' ? configDir : null;
  if (config === undefined && directory === null) return null;
  return { ...NOTHING, config: config ?? null, configDir: directory };
}

function isKubelets(reader: HostReader, path: string): boolean {
  const file = reader.readText(path, LIMIT);
  return !refused(file) && isKubeletConfiguration(file.text);
}

/** k3s's own configuration; what is no YAML tells nothing here, and k3s itself says what is wrong with it. */
function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
