import { below } from '../model/cgroup.ts';
import type { BootedFacts, HostFacts, SystemdFacts } from '../model/host.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import { rememberLast } from '../model/remember.ts';
import type { MountChoice } from './hierarchies.ts';
import { hierarchiesOf, modeOf } from './hierarchies.ts';
import { parseMountinfo } from './mountinfo.ts';
import type { Mount } from './mountinfo.ts';
import { parseProcCgroup, parseProcCgroups, words } from './proc.ts';

/** procfs and cgroupfs files are small; mountinfo is the largest, at some 150 bytes a mount. */
const LIMIT = 8 * 1024 * 1024;

/**
 * Looks at the host once.
 * @param pid whose view of the mounts counts: `self` on the host itself, `1` below another root
 * @param choice the mount rule of the kubelet's version
 * @param booted what is known already and not looked at again; the mounts always are
 */
export function probeHost(
  reader: HostReader,
  pid: 'self' | '1',
  choice: MountChoice,
  booted: BootedFacts = probeBooted(reader),
): HostFacts {
  const mountinfo = `/proc/${pid}/mountinfo`;
  const mounted = mountedFrom(textOf(reader, mountinfo), textOf(reader, `/proc/${pid}/cgroup`), choice);
  const v2 = mounted.hierarchies.find(({ type }) => type === 'cgroup2');
  const controllers = v2 === undefined ? '' : textOf(reader, below(v2.mountpoint, '/cgroup.controllers'));
  return factsOf(mountinfo, mounted, controllers, booted.kernelControllers, booted.systemd, booted.bootWords);
}

function probeBooted(reader: HostReader): BootedFacts {
  return {
    kernelControllers: parseProcCgroups(textOf(reader, '/proc/cgroups')),
    systemd: systemdFacts(reader),
    bootWords: words(textOf(reader, '/proc/cmdline')),
  };
}

function textOf(reader: HostReader, path: string): string {
  const file = reader.readText(path, LIMIT);
  return refused(file) ? '' : file.text;
}

type Mounted = Pick<HostFacts, 'mode' | 'hierarchies'>;

const mountedFrom = rememberLast((mountinfo: string, procCgroup: string, choice: MountChoice): Mounted => {
  const mounts = parseMountinfo(mountinfo);
  return { mode: modeOf(mounts), hierarchies: hierarchiesOf(mounts, namesToLookFor(procCgroup, mounts), choice) };
});

/** One value while nothing has changed. @param controllers the text of the one cgroup2 root's cgroup.controllers */
const factsOf = rememberLast(
  (
    mountinfo: string,
    { mode, hierarchies }: Mounted,
    controllers: string,
    kernelControllers: HostFacts['kernelControllers'],
    systemd: HostFacts['systemd'],
    bootWords: HostFacts['bootWords'],
  ): HostFacts => ({
    mountinfo,
    mode,
    hierarchies: hierarchies.map((one) => (one.type === 'cgroup' ? one : { ...one, controllers: words(controllers) })),
    kernelControllers,
    systemd,
    bootWords,
  }),
);

/** The kubelet takes the names from /proc/self/cgroup; a capture without that file still says them in its mounts. */
function namesToLookFor(procCgroup: string, mounts: readonly Mount[]): Set<string> {
  const names = parseProcCgroup(procCgroup);
  if (names.size > 0) return names;
  const notControllers =
    /^(rw|ro|xattr|all|none|noprefix|clone_children|cpuset_v2_mode|favordynmods|nofavordynmods|seclabel|release_agent=.*)$/;
  const options = mounts.filter((mount) => mount.fsType === 'cgroup').flatMap((mount) => mount.superOptions);
  return new Set(options.filter((option) => !notControllers.test(option)));
}

/** sd_booted(3): systemd is the init if and only if this directory is there. */
function systemdFacts(reader: HostReader): SystemdFacts | null {
  if (reader.kind('/run/systemd/system') !== 'directory') return null;
  return { running: true, version: systemdVersion(reader) };
}

/** systemd's private library carries the version in its name, so no process need be asked. */
function systemdVersion(reader: HostReader): number | null {
  const places = [
    '/usr/lib/systemd',
    '/usr/lib/x86_64-linux-gnu/systemd',
    '/usr/lib/aarch64-linux-gnu/systemd',
    '/lib/systemd',
    '/usr/lib64/systemd',
  ];
  for (const place of places) {
    const names = reader.list(place);
    if (refused(names)) continue;
    for (const name of names) {
      const version = /^libsystemd-(?:shared|core)-(\d+)/.exec(name)?.[1];
      if (version !== undefined) return Number(version);
    }
  }
  return null;
}
