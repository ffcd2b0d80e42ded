import type { Inventory, MachineFacts } from '../model/inventory.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import { parseEnvironmentFile } from './environment-file.ts';
import { parseMountinfo } from './mountinfo.ts';
import { observeResources } from './resources.ts';

const LIMIT = 8 * 1024 * 1024;

/** The kubelet's `--root-dir` by default; distributions that move it keep it on the same filesystem. */
const KUBELET_ROOT = '/var/lib/kubelet';

/** The kubelet's root directory, or the nearest above it that is there already. */
export function kubeletRoot(reader: HostReader): string {
  const parts = KUBELET_ROOT.split('/');
  for (let length = parts.length; length > 1; length -= 1) {
    const path = parts.slice(0, length).join('/');
    if (reader.kind(path) === 'directory') return path;
  }
  return '/';
}

/**
 * What a host says of itself in files, so that a captured tree does too.
 * @param mountinfo the file in which the mounts were seen
 */
export function observeInventory(reader: HostReader, mountinfo: string): Inventory {
  const text = (path: string): string | null => {
    const file = reader.readText(path, LIMIT);
    return refused(file) ? null : file.text;
  };
  // os-release(5): /etc/os-release outranks /usr/lib/os-release; the format is that of an environment file.
  const release = text('/etc/os-release') ?? text('/usr/lib/os-release') ?? '';
  const { cpus, memoryBytes } = observeResources(reader, { numaNodes: false, kernelFlags: [] });
  return {
    distribution: parseEnvironmentFile(release).get('PRETTY_NAME') ?? null,
    kernel: /\S+/.exec(text('/proc/sys/kernel/osrelease') ?? '')?.[0] ?? null,
    memory: { totalBytes: memoryBytes, availableBytes: memAvailable(text('/proc/meminfo') ?? '') },
    processors: { ...processorsIn(text('/proc/cpuinfo') ?? ''), online: cpus },
    filesystem: filesystemOf(text(mountinfo) ?? '', kubeletRoot(reader)),
  };
}

/** The same, with what the machine was asked for. */
export function withMachine(inventory: Inventory, { processors, space }: MachineFacts): Inventory {
  const { filesystem } = inventory;
  return {
    ...inventory,
    processors: { ...inventory.processors, ...processors },
    filesystem: filesystem === null ? null : { ...filesystem, ...space },
  };
}

/** proc_meminfo(5): kB are 1024 bytes there. */
function memAvailable(meminfo: string): number | null {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** proc_cpuinfo(5). On x86 each processor names its model, its socket and its core in that; on ARM none of them. */
function processorsIn(cpuinfo: string): Pick<Inventory['processors'], 'model' | 'cores' | 'sockets'> {
  const sockets = new Set<string>();
  const cores = new Set<string>();
  for (const processor of cpuinfo.split('\n\n')) {
    const socket = /^physical id\s*:\s*(\d+)$/m.exec(processor)?.[1];
    const core = /^core id\s*:\s*(\d+)$/m.exec(processor)?.[1];
    if (socket === undefined || core === undefined) continue;
    sockets.add(socket);
    cores.add(`${socket} ${core}`);
  }
  return {
    model: /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1] ?? null,
    cores: cores.size === 0 ? null : cores.size,
    sockets: sockets.size === 0 ? null : sockets.size,
  };
}

/** The mount with the longest mount point above the directory; of several at one place the last hides the others. */
function filesystemOf(mountinfo: string, directory: string): Inventory['filesystem'] {
  const above = parseMountinfo(mountinfo).filter(({ mountpoint }) =>
    `${directory}/`.startsWith(`${mountpoint.replace(/\/$/, '')}/`),
  );
  const mount = above.toSorted((a, b) => a.mountpoint.length - b.mountpoint.length).at(-1);
  if (mount === undefined) return null;
  return { mountpoint: mount.mountpoint, type: mount.fsType, sizeBytes: null, availableBytes: null };
}
