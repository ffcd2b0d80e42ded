import { describe, expect, it } from 'vitest';
import { createReader } from '../../../src/host/reader.ts';
import type { MachineFacts } from '../../../src/model/inventory.ts';
import { kubeletRoot, observeInventory, withMachine } from '../../../src/probe/inventory.ts';
import { memorySyscalls, mountHost } from '../../support/captured-host.ts';

const MOUNTINFO = '/proc/1/mountinfo';
const MOUNTS = `20 1 8:1 / / rw - ext4 /dev/sda1 rw
21 20 8:2 / /var rw - xfs /dev/sdb rw
22 21 8:3 / /var/lib/kubelet-not rw - btrfs /dev/sdc rw
23 21 8:4 / /var/lib rw - overlay none rw
24 21 8:5 / /var/lib rw - ext4 /dev/sdd rw
`;
const FILES = {
  [MOUNTINFO]: MOUNTS,
  '/usr/lib/os-release': 'ID=fedora\nPRETTY_NAME="Fedora Linux 41"\n',
  '/proc/sys/kernel/osrelease': '6.11.4-301.fc41.x86_64\n',
  '/proc/meminfo': 'MemTotal:        2048 kB\nMemFree:          512 kB\nMemAvailable:    1024 kB\n',
  '/proc/cpuinfo': [
    [0, 0, 0],
    [1, 0, 1],
    [2, 1, 0],
    [3, 1, 0],
  ]
    .map(
      ([id, socket, core]) =>
        `processor\t: ${id}\nmodel name\t: A CPU\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n\n`,
    )
    .join(''),
};

const readerOf = (files: Record<string, string>, dirs: string[] = []): ReturnType<typeof createReader> =>
  createReader(memorySyscalls(mountHost({ files, dirs, links: {} })), '/');

describe('observeInventory', () => {
  it('reads it all from files', () => {
    expect(observeInventory(readerOf(FILES, ['/var/lib']), MOUNTINFO)).toEqual({
      distribution: 'Fedora Linux 41',
      kernel: '6.11.4-301.fc41.x86_64',
      memory: { totalBytes: 2048 * 1024, availableBytes: 1024 * 1024 },
      processors: { model: 'A CPU', online: 4, cores: 3, sockets: 2 },
      filesystem: { mountpoint: '/var/lib', type: 'ext4', sizeBytes: null, availableBytes: null },
    });
  });

  it('/etc/os-release outranks the one in /usr', () => {
    const files = { ...FILES, '/etc/os-release': "PRETTY_NAME='Debian'\n" };
    expect(observeInventory(readerOf(files), MOUNTINFO).distribution).toBe('Debian');
  });

  it('ARM has no names in /proc/cpuinfo: the machine adds them', () => {
    const files = { ...FILES, '/proc/cpuinfo': 'processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n' };
    const told = observeInventory(readerOf(files, ['/var/lib']), MOUNTINFO);
    expect(told.processors).toEqual({ model: null, online: 1, cores: null, sockets: null });
    const machine: MachineFacts = {
      processors: { model: 'Neoverse-N1', cores: 4, sockets: 1 },
      space: { sizeBytes: 9, availableBytes: 3 },
    };
    expect(withMachine(told, machine)).toEqual({
      ...told,
      processors: { ...machine.processors, online: 1 },
      filesystem: { mountpoint: '/var/lib', type: 'ext4', ...machine.space },
    });
    expect(withMachine(told, { processors: null, space: null })).toEqual(told);
  });

  it('a tree that has nothing of it', () => {
    expect(observeInventory(readerOf({}), MOUNTINFO)).toEqual({
      distribution: null,
      kernel: null,
      memory: { totalBytes: null, availableBytes: null },
      processors: { model: null, online: null, cores: null, sockets: null },
      filesystem: null,
    });
  });
});

describe('kubeletRoot', () => {
  it.each([
    [['/var/lib/kubelet'], '/var/lib/kubelet'],
    [['/var/lib'], '/var/lib'],
    [['/etc'], '/'],
  ])('of a host with %j is %s', (dirs, root) => {
    expect(kubeletRoot(readerOf({}, dirs))).toBe(root);
  });
});
