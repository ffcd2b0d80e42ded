import { below } from '../model/cgroup.ts';
import type { HostFacts } from '../model/host.ts';
import type { Surroundings } from '../model/look.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';

/** The daemons that a kube-reserved cgroup is meant for. */
const DAEMONS = ['kubelet.service', 'containerd.service', 'crio.service', 'docker.service'];

/** What a kubelet with the systemd driver leaves behind as a limit (libcontainer systemd/v1.go, v2.go). */
const LIMITS = ['50-MemoryMax.conf', '50-MemoryLimit.conf', '50-MemoryMin.conf', '50-TasksMax.conf'];
const LEFTOVER_PLACES = ['/run/systemd/system.control', '/run/systemd/transient'];

/** Directories that scripts written for v1 make on a v2 host, where they are cgroups of those names. */
const V1_NAMES = ['cpu', 'cpuacct', 'cpu,cpuacct', 'cpuset', 'memory', 'pids', 'hugetlb', 'systemd'];

/** Looks at what stands around the reserved cgroups. @param units the slices whose leftover limits matter */
export function observeSurroundings(reader: HostReader, host: HostFacts, units: readonly string[]): Surroundings {
  return {
    daemonsInSystemSlice: host.systemd === null ? [] : daemonsInSystemSlice(reader, host),
    limitFiles: host.systemd === null ? [] : limitFiles(reader, units),
    v1Directories: host.mode === 'unified' ? v1Directories(reader, host) : [],
  };
}

function daemonsInSystemSlice(reader: HostReader, host: HostFacts): string[] {
  const tree = host.hierarchies.find(({ type, controllers }) =>
    host.mode === 'unified' ? type === 'cgroup2' : controllers.includes('systemd'),
  );
  if (tree === undefined) return [];
  return DAEMONS.filter((name) => reader.kind(below(tree.mountpoint, `/system.slice/${name}`)) === 'directory');
}

function limitFiles(reader: HostReader, units: readonly string[]): Surroundings['limitFiles'] {
  return units.flatMap((unit) =>
    LEFTOVER_PLACES.flatMap((place) => {
      const directory = `${place}/${unit}.d`;
      const names = reader.list(directory);
      if (refused(names)) return [];
      return names.filter((name) => LIMITS.includes(name)).map((name) => ({ unit, file: `${directory}/${name}` }));
    }),
  );
}

function v1Directories(reader: HostReader, host: HostFacts): string[] {
  const root = host.hierarchies.find(({ type }) => type === 'cgroup2');
  if (root === undefined) return [];
  return V1_NAMES.map((name) => below(root.mountpoint, `/${name}`)).filter((path) => reader.kind(path) === 'directory');
}
