import { below } from '../model/cgroup.ts';
import type { HostFacts } from '../model/host.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { DaemonPlace } from '../model/watch.ts';

const NAMES = ['kubelet', 'containerd', 'crio', 'dockerd', 'cri-dockerd'];
/** systemd's units of the same, whose cgroups lie in a slice. */
const UNITS = NAMES.map((name) => `${name === 'dockerd' ? 'docker' : name}.service`);
const LIMIT = 64 * 1024;

/**
 * Where the daemons run that a reserved cgroup is for. Looked at are the reserved cgroups and what lies directly in
 * them, the services in /system.slice, and the processes that were found before: no search through all processes.
 * @param paths of the reserved cgroups
 */
export function observeDaemons(
  reader: HostReader,
  host: HostFacts,
  paths: readonly string[],
  known: readonly DaemonPlace[],
): DaemonPlace[] {
  const tree = host.hierarchies.find(({ type, controllers }) =>
    host.mode === 'unified' ? type === 'cgroup2' : controllers.includes(host.systemd === null ? 'memory' : 'systemd'),
  );
  if (tree === undefined) return [];
  const text = (path: string): string => {
    const file = reader.readText(path, LIMIT);
    return refused(file) ? '' : file.text;
  };
  const within = (path: string): string[] => {
    const names = reader.list(below(tree.mountpoint, path));
    return refused(names) ? [] : names.filter((name) => UNITS.includes(name)).map((name) => below(path, `/${name}`));
  };
  const cgroups = [...paths, ...[...paths, '/system.slice'].flatMap(within)];
  const pids = cgroups.flatMap((path) => text(`${below(tree.mountpoint, path)}/cgroup.procs`).match(/^\d+$/gm) ?? []);
  const all = new Set([...pids.map(Number), ...known.map(({ pid }) => pid)]);
  return [...all].flatMap((pid) => {
    const name = text(`/proc/${pid}/comm`).trim();
    const path = NAMES.includes(name) ? pathOf(text(`/proc/${pid}/cgroup`), tree.type, tree.controllers) : null;
    if (path === null) return [];
    const reserved = paths.some((one) => path === one || path.startsWith(`${one}/`));
    return [{ name, pid, path, reserved }];
  });
}

/** cgroups(7): `4:memory:/kube.slice`, `1:name=systemd:/kube.slice`, `0::/kube.slice`. */
function pathOf(text: string, type: 'cgroup' | 'cgroup2', controllers: readonly string[]): string | null {
  for (const line of text.split('\n')) {
    const [, id = '', names = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    const own = names.split(',').map((name) => name.replace(/^name=/, ''));
    if (type === 'cgroup2' ? id === '0' : own.some((name) => name !== '' && controllers.includes(name))) return path;
  }
  return null;
}
