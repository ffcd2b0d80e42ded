import { CgprepError } from '../errors.ts';
import { decodeDropIn, decodeKubeletConfig } from '../kubelet/decode.ts';
import { effectiveConfig } from '../kubelet/effective.ts';
import { parseKubeletArgs, splitArgs } from '../kubelet/flags.ts';
import type { KubeletFlags } from '../kubelet/flags.ts';
import type { KubeletConfig, Sourced } from '../model/kubelet.ts';
import { refused } from '../model/ports.ts';
import type { Clock, HostReader } from '../model/ports.ts';
import { walkDropIns } from '../probe/drop-ins.ts';
import { readSettled } from '../probe/settled.ts';
import { decideDriver } from './ask-runtime.ts';
import { versionOf } from './discover-version.ts';
import { discover, NOTHING, wellKnown } from './discover.ts';
import type { Discovered } from './discover.ts';
import type { Session } from './session.ts';

/**
 * Finds, reads and merges the kubelet's configuration as the kubelet of that version would. What was named on
 * cgprep's own command line is not looked for.
 * @throws CgprepError CGP_KUBELET_CONFIG, CGP_KUBELET_ARGS, CGP_CONFIG_UNSTABLE, CGP_PERMISSION, CGP_USAGE
 */
export async function loadKubelet(session: Session, command: 'audit' | 'oneshot'): Promise<KubeletConfig> {
  const { settings, reader, clock } = session;
  const { found, flags } = flagsOf(session, command);
  const version = await versionOf(session, command, found);
  const inPlace = (path: string | null | undefined): string | null =>
    path === null || path === undefined ? null : absolute(path, found.command?.directory ?? '/');
  const file = settings.kubeletConfig ?? inPlace(flags?.config) ?? found.config;
  const directory = settings.kubeletConfigDir ?? inPlace(flags?.configDir) ?? found.configDir;
  const config = effectiveConfig({
    version,
    ...(file === null
      ? {}
      : { file: decodeKubeletConfig(read(reader, clock, file, settings.kubeletConfig === null), file) }),
    dropIns:
      directory === null
        ? []
        : walkDropIns(reader, directory).map((path) => decodeDropIn(read(reader, clock, path), path)),
    ...(flags === null ? {} : { flags }),
    ...(found.command === null ? {} : { flagSources: found.command.sources }),
    overrides: {
      ...override('kubeReservedCgroup', settings.kubeReservedCgroup, '--kube-reserved-cgroup'),
      ...override('systemReservedCgroup', settings.systemReservedCgroup, '--system-reserved-cgroup'),
    },
  });
  const given = settings.kubeletConfigDir === null ? (flags?.configDir ?? null) : null;
  return decideDriver(session, command, { ...config, ...foundBeside(config, found, given) });
}

/** What discovery has found beside the configuration itself. @param directory --config-dir of the kubelet's own */
function foundBeside(
  { sources }: KubeletConfig,
  { command, unclear }: Discovered,
  directory: string | null,
): Pick<KubeletConfig, 'sources' | 'dropIns'> {
  const variables = command?.variables ?? null;
  return {
    sources: unclear === null ? sources : [...sources, unclear],
    ...(directory === null || variables === null ? {} : { dropIns: { directory, variables } }),
  };
}

function flagsOf(
  session: Session,
  command: 'audit' | 'oneshot',
): { readonly found: Discovered; readonly flags: KubeletFlags | null } {
  const { kubeletConfig, kubeletArgs } = session.settings;
  if (kubeletArgs !== null) {
    const flags = parseKubeletArgs(splitArgs(kubeletArgs));
    // Flags that were named outrank a file that was not: only the file is looked for, in the well-known places.
    const named = kubeletConfig !== null || flags.config !== null;
    return { found: named ? NOTHING : { ...NOTHING, config: wellKnown(session.reader).config }, flags };
  }
  if (kubeletConfig !== null) return { found: NOTHING, flags: null };
  const found = discover(session, command);
  const words = found.command?.words;
  if (words === undefined) return { found, flags: null };
  const flags = parseKubeletArgs(
    words.map(({ text }) => text),
    words.map(({ source }) => source),
  );
  return { found, flags };
}

/** A path without a leading slash is meant from where the kubelet was started. */
function absolute(path: string, directory: string): string {
  return path.startsWith('/') ? path : `${directory.replace(/\/$/, '')}/${path}`;
}

function override<K extends string>(key: K, value: string | null, source: string): { [P in K]?: Sourced<string> } {
  return value === null ? {} : ({ [key]: { value, source } } as { [P in K]: Sourced<string> });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory, not a file',
  ENOTREG: 'is not a regular file',
  EFBIG: 'is larger than 1 MiB, which no kubelet configuration is',
  EILSEQ: 'is not UTF-8 text',
};

/** @param discovered nobody named it to cgprep, so that it is the kubelet's own command line or a place which does */
function read(reader: HostReader, clock: Clock, path: string, discovered = false): string {
  const found = readSettled(reader, clock, path);
  if (!refused(found)) return found.text;
  const problem = PROBLEMS[found.errno] ?? `cannot be read (${found.errno})`;
  const code = found.errno === 'EACCES' || found.errno === 'EPERM' ? 'CGP_PERMISSION' : 'CGP_KUBELET_CONFIG';
  throw new CgprepError(
    code,
    `${path}: the kubelet configuration ${problem}`,
    discovered && found.errno === 'ENOENT'
      ? 'The kubelet is told to read it and does not start without it; kubeadm init and kubeadm join write theirs.'
      : 'Name the right file with --kubelet-config; paths are inside --root.',
  );
}
