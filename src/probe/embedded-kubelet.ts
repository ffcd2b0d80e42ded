import type { FoundCommand } from '../model/command-line.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import { unitStart } from './unit-start.ts';
import type { Word } from './unit-start.ts';

const LIMIT = 1024 * 1024;

/** Distributions whose kubelet is a part of their own process, with their units and configuration. */
const DISTRIBUTIONS = [
  { name: 'k3s', units: ['k3s.service', 'k3s-agent.service'] },
  { name: 'rke2', units: ['rke2-server.service', 'rke2-agent.service'] },
] as const;

/** The units in which such a kubelet runs. */
export const EMBEDDED_UNITS: readonly string[] = DISTRIBUTIONS.flatMap(({ units }) => units);

/** A kubelet inside k3s or RKE2. */
export interface EmbeddedKubelet {
  readonly command: FoundCommand;
  /** Where it writes what it tells its kubelet; only from 1.32 on. */
  readonly configDir: string | null;
}

/**
 * What k3s or RKE2 starts its kubelet with: from 1.32 on the drop-in directory that it writes, before that flags of
 * its own; and the user's `kubelet-arg`, from its unit's command line or else its configuration (docs.k3s.io,
 * "Configuration Options": the command line replaces a list of the file).
 * @param parse reads YAML; null for what is none
 * @returns null where neither is installed as a service
 * @throws CgprepError CGP_KUBELET_ARGS, CGP_PERMISSION
 */
export function embeddedKubelet(reader: HostReader, parse: (text: string) => unknown): EmbeddedKubelet | null {
  for (const { name, units } of DISTRIBUTIONS) {
    for (const unit of units) {
      const start = unitStart(reader, unit, null);
      const program = start?.words[0]?.text ?? '';
      if (start === null || !program.endsWith(`/${name}`)) continue;
      const directory = `/var/lib/rancher/${name}/agent/etc/kubelet.conf.d`;
      const configDir = reader.kind(directory) === 'directory' ? directory : null;
      const given = flagArgs(start.words);
      const written = given.length > 0 ? { words: given, files: [] } : fileArgs(reader, name, parse);
      return {
        command: {
          words: [...(configDir === null ? ownFlags(reader, name) : []), ...written.words],
          program,
          directory: start.directory,
          sources: [...start.sources, ...written.files],
          variables: null,
        },
        configDir,
      };
    }
  }
  return null;
}

/** Source: k3s 1.20 to 1.31, pkg/daemons/agent/agent_linux.go; RKE2 starts its kubelet through the same code. */
function ownFlags(reader: HostReader, name: string): Word[] {
  const driver = reader.kind('/run/systemd/system') === 'directory' ? 'systemd' : 'cgroupfs';
  const source = `${name}'s own flags`;
  return [
    { text: `--cgroup-driver=${driver}`, source },
    { text: '--container-runtime-endpoint=unix:///run/k3s/containerd/containerd.sock', source },
  ];
}

function flagArgs(words: readonly Word[]): Word[] {
  return words.flatMap(({ text, source }, at) => {
    const value =
      /^--kubelet-arg=([^]*)$/.exec(text)?.[1] ?? (text === '--kubelet-arg' ? words[at + 1]?.text : undefined);
    return value === undefined ? [] : [{ text: dashed(value), source }];
  });
}

/** `kubelet-arg` of config.yaml and of config.yaml.d: a later file's replaces it, `kubelet-arg+` adds to it. */
function fileArgs(
  reader: HostReader,
  name: string,
  parse: (text: string) => unknown,
): { readonly words: readonly Word[]; readonly files: readonly string[] } {
  const main = `/etc/rancher/${name}/config.yaml`;
  const names = reader.list(`${main}.d`);
  const dropIns = refused(names) ? [] : names.filter((one) => /\.ya?ml$/.test(one)).map((one) => `${main}.d/${one}`);
  const files: string[] = [];
  let words: Word[] = [];
  for (const path of [main, ...dropIns]) {
    const file = reader.readText(path, LIMIT);
    if (refused(file)) continue;
    files.push(path);
    const root = parse(file.text);
    if (typeof root !== 'object' || root === null) continue;
    const listed = (key: string): Word[] => {
      const value = (root as Readonly<Record<string, unknown>>)[key];
      const all: unknown[] = Array.isArray(value) ? value : [value];
      return all.flatMap((one) => (typeof one === 'string' ? [{ text: dashed(one), source: path }] : []));
    };
    if ('kubelet-arg' in root) words = listed('kubelet-arg');
    words = [...words, ...listed('kubelet-arg+')];
  }
  return { words, files };
}

/** It is written with or without its dashes. */
function dashed(word: string): string {
  return `--${word.replace(/^--?/, '')}`;
}
