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
 * What a host says of itself in files, so that a captured tree does too, and what the machine adds to it.
 * @param mountinfo the file in which the mounts were seen
 * @param machine null below another root
 */
export function observeInventory(reader: HostReader, mountinfo: string, machine: MachineFacts | null): Inventory {
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
    memory: machine?.memory ?? { totalBytes: memoryBytes, availableBytes: null },
    processors: {
      ...(machine?.processors ?? { model: modelIn(text('/proc/cpuinfo') ?? ''), cores: null, sockets: null }),
      online: cpus,
    },
    filesystem: filesystemOf(text(mountinfo) ?? '', kubeletRoot(reader), machine),
  };
}

function modelIn(cpuinfo: string): string | null {
  return /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1] ?? null;
}

/** The mount with the longest mount point above the directory; of several at one place the last hides the others. */
function filesystemOf(mountinfo: string, directory: string, machine: MachineFacts | null): Inventory['filesystem'] {
  const above = parseMountinfo(mountinfo).filter(({ mountpoint }) =>
    `${directory}/`.startsWith(`${mountpoint.replace(/\/$/, '')}/`),
  );
  const mount = above.toSorted((a, b) => a.mountpoint.length - b.mountpoint.length).at(-1);
  if (mount === undefined) return null;
  const { sizeBytes = null, availableBytes = null } = machine?.space ?? {};
  return { mountpoint: mount.mountpoint, type: mount.fsType, sizeBytes, availableBytes };
}
