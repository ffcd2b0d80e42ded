import { CgprepError } from '../errors.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';

const MAX_DEPTH = 32;

/**
 * The drop-in files of a directory in the order in which the kubelet merges them:
 * entries in byte order of their names, directories walked where they stand, and
 * only files that end in `.conf` (kubelet 1.28 to 1.36, server.go, mergeKubeletConfigurations).
 * @throws CgprepError CGP_KUBELET_CONFIG when a directory cannot be listed
 */
export function walkDropIns(reader: HostReader, directory: string, depth = 0): string[] {
  // filepath.WalkDir does not follow a link, not even the directory's own: nothing is loaded then.
  if (reader.isLink(directory)) return [];
  const names = reader.list(directory);
  if (refused(names)) {
    throw new CgprepError(
      'CGP_KUBELET_CONFIG',
      `${directory}: failed to walk through kubelet dropin directory (${names.errno})`,
      'Name an existing directory with --kubelet-config-dir, or none.',
    );
  }
  if (depth > MAX_DEPTH) return [];
  return names.flatMap((name) => {
    const path = `${directory.replace(/\/+$/, '')}/${name}`;
    if (!reader.isLink(path) && reader.kind(path) === 'directory') return walkDropIns(reader, path, depth + 1);
    return name.endsWith('.conf') ? [path] : [];
  });
}
