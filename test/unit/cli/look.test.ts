import { describe, expect, it } from 'vitest';
import { look } from '../../../src/cli/look.ts';
import type { Session } from '../../../src/cli/session.ts';
import { kubeletConfig, readerOf } from '../builders.ts';

const C = '/sys/fs/cgroup';
const MEMORY = `1 0 0:1 / ${C}/memory rw - cgroup cgroup rw,memory\n`;
const PIDS = `2 0 0:2 / ${C}/pids rw - cgroup cgroup rw,pids\n`;
const LIMIT = 256 * 2 ** 20;
const CONFIG = kubeletConfig({ kubeReserved: { value: { memory: '256Mi' }, source: '/kubelet.yaml:5' } });

const FILES = {
  '/proc/self/mountinfo': MEMORY,
  '/proc/cmdline': 'quiet\n',
  '/proc/meminfo': 'MemTotal:  1048576 kB\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  [`${C}/memory/kube.slice/memory.usage_in_bytes`]: '4096\n',
  [`${C}/memory/kube.slice/memory.stat`]: 'total_active_file 0\n',
};

/** A session on a host with these files, and what was read of it. */
function sessionOn(files: Readonly<Record<string, string>>): { readonly session: Session; readonly read: string[] } {
  const read: string[] = [];
  const reader = readerOf({ files, dirs: [`${C}/memory/kube.slice`] });
  const readText: typeof reader.readText = (path, limit) => {
    read.push(path);
    return reader.readText(path, limit);
  };
  const settings = { root: '/', cgroupDriver: 'auto' };
  return { session: { settings, reader: { ...reader, readText }, systemd: null } as unknown as Session, read };
}

describe('a look that knows an earlier one', () => {
  const known = look(sessionOn(FILES).session, CONFIG);

  it('takes the machine over, and looks at the mounts and the cgroups again', () => {
    const { session, read } = sessionOn({ '/proc/self/mountinfo': MEMORY });
    const { resources, host } = look(session, CONFIG, { known });
    expect([resources.cpus, resources.memoryBytes, host.bootWords]).toEqual([4, 2 ** 30, ['quiet']]);
    expect(read).toEqual(['/proc/self/mountinfo', '/proc/self/cgroup', `${C}/memory/kube.slice/memory.usage_in_bytes`]);
  });

  it('sees what was removed, what was mounted, and what is in use', () => {
    const gone = readerOf({ files: { '/proc/self/mountinfo': MEMORY }, dirs: [`${C}/memory`] });
    const { session } = sessionOn({});
    expect(look({ ...session, reader: gone }, CONFIG, { known }).plan.actions.map(({ id }) => id)).toEqual([
      `make-directory:${C}/memory/kube.slice`,
    ]);
    const mounted = look(sessionOn({ ...FILES, '/proc/self/mountinfo': MEMORY + PIDS }).session, CONFIG, { known });
    expect(mounted.host.hierarchies.map(({ mountpoint }) => mountpoint)).toEqual([`${C}/memory`, `${C}/pids`]);
    const full = { [`${C}/memory/kube.slice/memory.usage_in_bytes`]: `${LIMIT + 4096}\n` };
    const floor = (files: Readonly<Record<string, string>>): unknown =>
      look(sessionOn({ ...FILES, ...full, ...files }).session, CONFIG, { known }).usage['/kube.slice']?.memory
        ?.floorBytes;
    expect(floor({})).toBe(LIMIT + 4096);
    expect(floor({ [`${C}/memory/kube.slice/memory.stat`]: 'total_active_file 8192\n' })).toBe(LIMIT - 4096);
  });

  it('is asked in vain when the configuration is another', () => {
    const { session, read } = sessionOn(FILES);
    look(session, { ...CONFIG }, { known });
    expect(read).toContain('/proc/meminfo');
  });
});
