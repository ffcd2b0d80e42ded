import { describe, expect, it } from 'vitest';
import { createReader } from '../../../src/host/reader.ts';
import type { MachineFacts } from '../../../src/model/inventory.ts';
import { kubeletRoot, observeInventory } from '../../../src/probe/inventory.ts';
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
  '/proc/meminfo': 'MemTotal:        2048 kB\n',
  '/proc/cpuinfo': 'processor\t: 0\nmodel name\t: A CPU\nprocessor\t: 1\nmodel name\t: A CPU\n',
};

const readerOf = (files: Record<string, string>, dirs: string[] = []): ReturnType<typeof createReader> =>
  createReader(memorySyscalls(mountHost({ files, dirs, links: {} })), '/');

describe('observeInventory', () => {
  it('reads a captured tree, which has no machine to ask', () => {
    expect(observeInventory(readerOf(FILES, ['/var/lib']), MOUNTINFO, null)).toEqual({
      distribution: 'Fedora Linux 41',
      kernel: '6.11.4-301.fc41.x86_64',
      memory: { totalBytes: 2048 * 1024, availableBytes: null },
      processors: { model: 'A CPU', online: 2, cores: null, sockets: null },
      filesystem: { mountpoint: '/var/lib', type: 'ext4', sizeBytes: null, availableBytes: null },
    });
  });

  it('/etc/os-release outranks the one in /usr, and the machine its files', () => {
    const machine: MachineFacts = {
      processors: { model: 'Neoverse-N1', cores: 4, sockets: 1 },
      memory: { totalBytes: 7, availableBytes: 5 },
      space: { sizeBytes: 9, availableBytes: 3 },
    };
    const files = { ...FILES, '/etc/os-release': "PRETTY_NAME='Debian'\n" };
    expect(observeInventory(readerOf(files, ['/var/lib/kubelet']), MOUNTINFO, machine)).toMatchObject({
      distribution: 'Debian',
      memory: machine.memory,
      processors: { ...machine.processors, online: 2 },
      filesystem: { mountpoint: '/var/lib', ...machine.space },
    });
  });

  it('a tree that has nothing of it', () => {
    expect(observeInventory(readerOf({}), MOUNTINFO, { processors: null, memory: null, space: null })).toEqual({
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
