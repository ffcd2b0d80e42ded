import type { CgroupMode, Hierarchy } from '../model/cgroup.ts';
import type { Mount } from './mountinfo.ts';

/** Which of several mounts of one v1 hierarchy the kubelet takes: it differs by version. */
export type MountChoice = 'shortest' | 'last';

/** Where the kubelet looks to tell v1 from v2; it asks nothing else. */
const CGROUP_ROOT = '/sys/fs/cgroup';

/**
 * The cgroup mode as the kubelet decides it: v2 if and only if the filesystem on
 * /sys/fs/cgroup is cgroup2 (libcontainer IsCgroup2UnifiedMode, 1.20 to 1.36).
 * The kubelet asks statfs(2); the topmost mount there is the same answer, and a
 * captured tree can give it too.
 */
export function modeOf(mounts: readonly Mount[]): CgroupMode {
  const top = mounts.findLast((mount) => mount.mountpoint === CGROUP_ROOT);
  if (top?.fsType === 'cgroup2') return 'unified';
  if (!mounts.some((mount) => mount.fsType === 'cgroup')) return 'unavailable';
  return mounts.some((mount) => mount.fsType === 'cgroup2') ? 'hybrid' : 'legacy';
}

/** Each mounted hierarchy once, at the mount point that the kubelet would use. v2 controllers are filled in later. */
export function hierarchiesOf(mounts: readonly Mount[], names: ReadonlySet<string>, choice: MountChoice): Hierarchy[] {
  const chosen = chooseV1(mounts, names, choice);
  const v2 = chooseV2(mounts);
  const result: Hierarchy[] = [];
  for (const mount of mounts) {
    if (mount === v2) {
      result.push(hierarchy(mount, 'cgroup2', []));
      continue;
    }
    const controllers = mount.superOptions.map(controllerName).filter((name) => chosen.get(name) === mount);
    if (controllers.length > 0) result.push(hierarchy(mount, 'cgroup', controllers));
  }
  return result;
}

function hierarchy(mount: Mount, type: 'cgroup' | 'cgroup2', controllers: readonly string[]): Hierarchy {
  const { mountpoint, device, root } = mount;
  const readOnly = mount.options.includes('ro') || mount.superOptions.includes('ro');
  return { mountpoint, controllers, type, device, root, readOnly };
}

/**
 * libcontainer getCgroupMountsHelper: a super option that equals a wanted name is
 * a match. From 1.21 the shortest mount point wins and the first of equals; 1.20
 * takes the last one, and stops once it has counted as many matches as names.
 */
function chooseV1(mounts: readonly Mount[], names: ReadonlySet<string>, choice: MountChoice): Map<string, Mount> {
  const chosen = new Map<string, Mount>();
  let matches = 0;
  for (const mount of mounts) {
    if (mount.fsType !== 'cgroup') continue;
    if (choice === 'last' && matches >= names.size) break;
    for (const option of mount.superOptions) {
      if (!names.has(option)) continue;
      const name = controllerName(option);
      matches += 1;
      const before = chosen.get(name);
      if (choice === 'last' || before === undefined || mount.mountpoint.length < before.mountpoint.length) {
        chosen.set(name, mount);
      }
    }
  }
  return chosen;
}

function chooseV2(mounts: readonly Mount[]): Mount | undefined {
  const all = mounts.filter((mount) => mount.fsType === 'cgroup2');
  const top = all.findLast((mount) => mount.mountpoint === CGROUP_ROOT);
  return top ?? all.toSorted((a, b) => a.mountpoint.length - b.mountpoint.length)[0];
}

/** `name=systemd` is the systemd hierarchy to the kubelet; other words stay as they are. */
function controllerName(option: string): string {
  return option.startsWith('name=') ? option.slice('name='.length) : option;
}
