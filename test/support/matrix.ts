import { look } from '../../src/cli/look.ts';
import { settingsFrom } from '../../src/config/settings.ts';
import { CgprepError } from '../../src/errors.ts';
import { decodeKubeletConfig } from '../../src/kubelet/decode.ts';
import { effectiveConfig } from '../../src/kubelet/effective.ts';
import type { KubeletConfig } from '../../src/model/kubelet.ts';
import type { HostReader } from '../../src/model/ports.ts';
import { generatedHost } from './generated-host.ts';
import type { Machine } from './generated-host.ts';
import { mapOf } from './map-reader.ts';
import type { Files, KubeletFile } from './naive-kubelet/host.ts';
import { naiveKubelet } from './naive-kubelet/kubelet.ts';
import type { Answer } from './naive-kubelet/kubelet.ts';
import { sameAnswer } from './same-answer.ts';

/** One square of the matrix. */
export interface Square {
  readonly machine: Machine;
  readonly minor: number;
  readonly config: KubeletFile;
}

/** The kubelet's file: JSON is YAML. */
export function fileOf(config: KubeletFile): string {
  return JSON.stringify({ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', ...config });
}

const SETTINGS = settingsFrom({}, {});
const never = (): never => {
  throw new Error('an audit changes nothing');
};

/** Makes each host and each configuration once: many squares share one. */
function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

const hostOf = remembered((machine: Machine) => mapOf(generatedHost(machine)));
const configsOf = remembered((_: KubeletFile) => new Map<number, KubeletConfig>());

function configOf(config: KubeletFile, minor: number): KubeletConfig {
  const known = configsOf(config);
  const value =
    known.get(minor) ??
    effectiveConfig({
      version: { value: { text: `1.${minor}`, minor }, source: '--kubelet-version' },
      file: decodeKubeletConfig(fileOf(config), '/kubelet.yaml'),
      dropIns: [],
      overrides: {},
    });
  known.set(minor, value);
  return value;
}

/** cgprep's verdict, by the look that every command takes; a name that it declines to judge is null. */
function verdictOf(reader: HostReader, config: KubeletConfig): Answer | null {
  const session = {
    settings: SETTINGS,
    cgprepVersion: '0.0.0-test',
    variables: {},
    kubeletVersion: never,
    askRuntime: never,
    askMachine: never,
    reader,
    door: { makeDirectory: never, read: never, write: never },
    clock: { now: never, sleep: never },
    systemd: null,
  };
  try {
    const { kubeletStarts, message } = look(session, config).verdict;
    return { starts: kubeletStarts, message };
  } catch (error) {
    if (error instanceof CgprepError && error.code === 'CGP_CGROUP_NAME') return null;
    throw error;
  }
}

/** Both readings of one square. `said` is null where cgprep declines the name. */
export function readTwice(
  { machine, minor, config }: Square,
  naive = naiveKubelet,
): { readonly naive: Answer; readonly said: Answer | null; readonly files: Files } {
  const { reader, files } = hostOf(machine);
  return { files, naive: naive({ files, minor, config }), said: verdictOf(reader, configOf(config, minor)) };
}

/** A square on which the two disagree, for people; null where they agree. */
export function disagreement(square: Square, naive = naiveKubelet): string | null {
  const both = readTwice(square, naive);
  if (both.said === null || sameAnswer(both.naive, both.said)) return null;
  return describe(square, both.naive, both.said);
}

/** The case in words: kubelet, machine and configuration, and the two answers below each other. */
export function describe({ machine, minor, config }: Square, naive: Answer, said: Answer): string {
  const answer = ({ starts, message }: Answer): string => (starts ? 'starts' : `refuses: ${message}`);
  const { cgroups, ...rest } = machine;
  return [
    `kubelet 1.${minor}`,
    `machine ${JSON.stringify(rest)}`,
    ...cgroups.map((cgroup) => `  cgroup ${JSON.stringify(cgroup)}`),
    `config ${JSON.stringify(config)}`,
    `naive  ${answer(naive)}`,
    `cgprep ${answer(said)}`,
  ].join('\n');
}
