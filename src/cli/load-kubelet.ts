import { CgprepError } from '../errors.ts';
import { decodeDropIn, decodeKubeletConfig } from '../kubelet/decode.ts';
import { effectiveConfig } from '../kubelet/effective.ts';
import { parseKubeletArgs, splitArgs } from '../kubelet/flags.ts';
import { CONFIG_PLACES } from '../kubelet/places.ts';
import { NEWEST, parseKubeletVersion } from '../kubelet/versions.ts';
import type { KubeletConfig, KubeletVersion, Sourced } from '../model/kubelet.ts';
import { refused } from '../model/ports.ts';
import type { Clock, HostReader } from '../model/ports.ts';
import type { Settings } from '../model/settings.ts';
import { walkDropIns } from '../probe/drop-ins.ts';
import { readSettled } from '../probe/settled.ts';

/**
 * Finds, reads and merges the kubelet's configuration as the kubelet of that version would.
 * @throws CgprepError CGP_KUBELET_CONFIG, CGP_KUBELET_ARGS, CGP_CONFIG_UNSTABLE, CGP_USAGE
 */
export function loadKubelet(settings: Settings, reader: HostReader, clock: Clock): KubeletConfig {
  const version = versionOf(settings);
  const flags = settings.kubeletArgs === null ? null : parseKubeletArgs(splitArgs(settings.kubeletArgs));
  const file = settings.kubeletConfig ?? flags?.config ?? discover(reader);
  const directory = settings.kubeletConfigDir ?? flags?.configDir ?? null;
  return effectiveConfig({
    version,
    ...(file === null ? {} : { file: decodeKubeletConfig(read(reader, clock, file), file) }),
    dropIns:
      directory === null
        ? []
        : walkDropIns(reader, directory).map((path) => decodeDropIn(read(reader, clock, path), path)),
    ...(flags === null ? {} : { flags }),
    overrides: {
      ...override('kubeReservedCgroup', settings.kubeReservedCgroup, '--kube-reserved-cgroup'),
      ...override('systemReservedCgroup', settings.systemReservedCgroup, '--system-reserved-cgroup'),
    },
  });
}

function override<K extends string>(key: K, value: string | null, source: string): { [P in K]?: Sourced<string> } {
  return value === null ? {} : ({ [key]: { value, source } } as { [P in K]: Sourced<string> });
}

function versionOf({ kubeletVersion }: Settings): Sourced<KubeletVersion> {
  if (kubeletVersion === null) return { value: NEWEST, source: 'assumed: the newest that cgprep knows' };
  const value = parseKubeletVersion(kubeletVersion);
  if (value !== null) return { value, source: '--kubelet-version' };
  throw new CgprepError(
    'CGP_USAGE',
    `--kubelet-version ${JSON.stringify(kubeletVersion)} is not a version`,
    'Write it as 1.36 or 1.36.2.',
  );
}

function discover(reader: HostReader): string | null {
  return CONFIG_PLACES.find((place) => reader.kind(place) === 'other') ?? null;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory, not a file',
  ENOTREG: 'is not a regular file',
  EFBIG: 'is larger than 1 MiB, which no kubelet configuration is',
  EILSEQ: 'is not UTF-8 text',
};

function read(reader: HostReader, clock: Clock, path: string): string {
  const found = readSettled(reader, clock, path);
  if (!refused(found)) return found.text;
  const problem = PROBLEMS[found.errno] ?? `cannot be read (${found.errno})`;
  const code = found.errno === 'EACCES' || found.errno === 'EPERM' ? 'CGP_PERMISSION' : 'CGP_KUBELET_CONFIG';
  throw new CgprepError(
    code,
    `${path}: the kubelet configuration ${problem}`,
    'Name the right file with --kubelet-config; paths are inside --root.',
  );
}
