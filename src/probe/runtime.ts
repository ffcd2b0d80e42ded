import type { CgroupDriver } from '../model/cgroup.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { RuntimeFacts } from '../model/runtime.ts';
import { containerdFacts } from './containerd.ts';
import { isTable, readToml, tableAt } from './toml.ts';

const LIMIT = 1024 * 1024;

/** containerd's configuration by its socket: k3s, RKE2 and MicroK8s bring one of their own. */
const CONTAINERD_FILES: readonly (readonly [socket: RegExp, files: readonly string[]])[] = [
  [
    /\/k3s\//,
    ['/var/lib/rancher/k3s/agent/etc/containerd/config.toml', '/var/lib/rancher/rke2/agent/etc/containerd/config.toml'],
  ],
  [/\/microk8s\//, ['/var/snap/microk8s/current/args/containerd.toml']],
  [/\/containerd\//, ['/etc/containerd/config.toml']],
];

/**
 * What is on disk of the runtime that the kubelet is told to use. Nobody is asked: the runtime may not run yet.
 * @param endpoint containerRuntimeEndpoint of the kubelet
 * @returns null for an unknown runtime, or one of which there is nothing on disk
 */
export async function runtimeFacts(reader: HostReader, endpoint: string): Promise<RuntimeFacts | null> {
  if (endpoint.includes('crio')) return crioFacts(reader);
  if (endpoint.includes('cri-dockerd')) return dockerFacts(reader, 'cri-dockerd');
  if (endpoint.includes('dockershim')) return dockerFacts(reader, 'dockershim');
  const files = CONTAINERD_FILES.find(([socket]) => socket.test(endpoint))?.[1] ?? [];
  for (const file of files) {
    const facts = await containerdFacts(reader, file);
    if (facts !== null) return facts;
  }
  return null;
}

const CRIO = '/etc/crio/crio.conf';

/**
 * `cgroup_manager` of `[crio.runtime]`, drop-ins over the main file, default systemd (crio.conf(5), crio.conf.d(5)).
 * RuntimeConfig is answered since 1.28, and CRI-O's versions go with the kubelet's.
 */
async function crioFacts(reader: HostReader): Promise<RuntimeFacts | null> {
  const names = reader.list(`${CRIO}.d`);
  const files = await readToml(reader, [CRIO, ...(refused(names) ? [] : names.map((name) => `${CRIO}.d/${name}`))]);
  if (files.length === 0) return null;
  const common = { runtime: 'CRI-O', answers: true, files: files.map(({ path }) => path) } as const;
  const broken = files.find(({ table }) => table === null);
  if (broken !== undefined) return { ...common, driver: null, evidence: `${broken.path} is not TOML` };
  const last = files.findLast(({ table }) => tableAt(table, 'crio', 'runtime')?.['cgroup_manager'] !== undefined);
  if (last === undefined) return { ...common, driver: 'systemd', evidence: "CRI-O's default" };
  const value = tableAt(last.table, 'crio', 'runtime')?.['cgroup_manager'];
  return {
    ...common,
    driver: value === 'systemd' || value === 'cgroupfs' ? value : null,
    evidence: `cgroup_manager in ${last.path}`,
  };
}

const DAEMON_JSON = '/etc/docker/daemon.json';

/** `native.cgroupdriver` of exec-opts, default systemd on cgroup v2 under systemd (dockerd(8)). */
function dockerFacts(reader: HostReader, runtime: 'dockershim' | 'cri-dockerd'): RuntimeFacts | null {
  // cri-dockerd answers from about 0.3.13 on.
  const common = { runtime, answers: runtime === 'dockershim' ? false : null } as const;
  const file = reader.readText(DAEMON_JSON, LIMIT);
  if (refused(file)) {
    if (reader.kind('/usr/bin/dockerd') !== 'other') return null;
    return { ...common, driver: dockersDefault(reader), evidence: "Docker's default", files: [] };
  }
  const files = [DAEMON_JSON];
  let root: unknown;
  try {
    root = JSON.parse(file.text);
  } catch {
    return { ...common, driver: null, evidence: `${DAEMON_JSON} is not JSON`, files };
  }
  const options = isTable(root) && Array.isArray(root['exec-opts']) ? root['exec-opts'].map(String) : [];
  const driver = /^native\.cgroupdriver=(.*)$/.exec(
    options.findLast((one) => one.startsWith('native.cgroupdriver=')) ?? '',
  )?.[1];
  if (driver === undefined) return { ...common, driver: dockersDefault(reader), evidence: "Docker's default", files };
  const known = driver === 'systemd' || driver === 'cgroupfs' ? driver : null;
  return { ...common, driver: known, evidence: `native.cgroupdriver in ${DAEMON_JSON}`, files };
}

function dockersDefault(reader: HostReader): CgroupDriver {
  const unified = reader.kind('/sys/fs/cgroup/cgroup.controllers') === 'other';
  return unified && reader.kind('/run/systemd/system') === 'directory' ? 'systemd' : 'cgroupfs';
}
