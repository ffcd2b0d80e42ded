import type { IFs } from 'memfs';
import { below, lineage } from '../../src/model/cgroup.ts';
import type { CgroupDoor, Systemd, TreeAnchor } from '../../src/model/ports.ts';
import { systemdPath } from '../../src/kubelet/names.ts';
import type { Journal } from './fake-cgroupfs.ts';

/** What systemd's manager keeps of a unit. */
interface Unit {
  active: boolean;
  readonly properties: Map<string, string>;
}

/** What `systemctl show` says of a slice that nobody has set anything for. */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['CPUAccounting', 'no'],
  ['MemoryAccounting', 'yes'],
  ['TasksAccounting', 'yes'],
  ['CPUWeight', '[not set]'],
  ['AllowedCPUs', ''],
];

/**
 * systemd as it was seen to behave (252 and 257): it makes a slice in the hierarchies that it manages, a
 * nested one under cpu only if a property asks for it, and passes controllers on only as far as they are asked for.
 */
export function fakeSystemd(fs: IFs, door: CgroupDoor, anchors: readonly TreeAnchor[], journal: Journal): Systemd {
  const units = new Map<string, Unit>();
  const unit = (name: string): Unit => {
    const known = units.get(name) ?? {
      active: name === 'system.slice',
      properties: new Map(DEFAULTS),
    };
    units.set(name, known);
    return known;
  };
  const realize = (name: string): void => {
    const chain = lineage(systemdPath(name) ?? '/').slice(1);
    for (const anchor of anchors) {
      for (const path of chain) if (manages(anchor, path, unit(name))) door.makeDirectory(anchor, path);
      if (anchor.type === 'cgroup2') passOn(fs, door, anchor, chain, unit(name));
    }
  };
  return {
    show: (names) => ({ text: names.map((name) => block(name, unit(name))).join('\n\n') }),
    start: (name) => {
      journal.push(`start ${name}`);
      unit(name).active = true;
      realize(name);
      return { done: true };
    },
    setProperties: (name, assignments) => {
      journal.push(`set ${name} ${assignments.join(' ')}`);
      for (const one of assignments)
        unit(name).properties.set(one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1));
      realize(name);
      return { done: true };
    },
  };
}

function block(name: string, { active, properties }: Unit): string {
  const lines = [...properties].map(([key, value]) => `${key}=${value}`);
  return [
    `Id=${name}`,
    'LoadState=loaded',
    'LoadError=',
    `ActiveState=${active ? 'active' : 'inactive'}`,
    ...lines,
  ].join('\n');
}

function manages(anchor: TreeAnchor, path: string, { properties }: Unit): boolean {
  if (anchor.type === 'cgroup2') return true;
  if (/cpuset|hugetlb/.test(anchor.mountpoint)) return false;
  const nested = lineage(path).length > 2;
  return !nested || !/\/cpu/.test(anchor.mountpoint) || properties.get('CPUAccounting') === 'yes';
}

/** A word goes into every ancestor's subtree_control, from the root down, when the unit asks for it. */
function passOn(fs: IFs, door: CgroupDoor, anchor: TreeAnchor, chain: readonly string[], { properties }: Unit): void {
  const asked = ['memory', 'pids'];
  if (properties.get('CPUWeight') !== '[not set]') asked.push('cpu');
  if (properties.get('AllowedCPUs') !== '') asked.push('cpuset');
  const offered = String(fs.readFileSync(`${anchor.mountpoint}/cgroup.controllers`, 'utf8')).split(/\s+/);
  const words = asked.filter((word) => offered.includes(word));
  for (const path of ['/', ...chain.slice(0, -1)]) {
    if (fs.existsSync(below(anchor.mountpoint, path)))
      door.write(anchor, path, 'cgroup.subtree_control', words.map((word) => `+${word}`).join(' '));
  }
}
