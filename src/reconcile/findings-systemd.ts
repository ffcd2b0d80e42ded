import { translate } from '../kubelet/names.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import type { Look } from '../model/look.ts';
import type { Finding } from '../model/report.ts';

/** What cgprep can see of systemd, the names and the neighbourhood, and must not change. */
export function systemdFindings(look: Look): Finding[] {
  const { host, desired } = look;
  const ofNames = desired.cgroups.flatMap((cgroup) => [
    ...nests(cgroup, desired.driver.value),
    ...service(cgroup, desired.driver.value),
    ...parents(cgroup, desired.driver.value),
    ...differs(cgroup, desired.driver.value),
  ]);
  const ofSystemd = host.systemd === null ? [] : [...lasting(look), ...daemons(look), ...leftovers(look)];
  return [...ofNames, ...ofSystemd, ...v1Directories(look)];
}

/** systemd.slice(5): the hyphen is the level separator. */
function nests({ name, path, unit, source }: DesiredCgroup, driver: string): Finding[] {
  const written = name.startsWith('/') ? name : `/${name}`;
  if (driver !== 'systemd' || path.split('/').length <= 2 || written === path) return [];
  return [
    {
      code: 'slice-name-nests',
      severity: 'warning',
      subject: name,
      message: `with the systemd driver ${name} is the nested cgroup ${path}: each hyphen is a level`,
      evidence: [source],
      remedy: `Write a name without a hyphen, for example /${(unit ?? 'kubereserved').replace(/\.slice$/, '').replaceAll('-', '')}.slice.`,
    },
  ];
}

/** cgroup_manager_linux.go, ParseSystemdToCgroupName: everything before the last slash is dropped (1.20 to 1.36). */
function parents({ name, path, source }: DesiredCgroup, driver: string): Finding[] {
  const parts = name.split('/').filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  const parent = `/${parts.slice(0, -1).join('/')}`;
  if (driver !== 'systemd' || parts.length < 2 || path.startsWith(`${parent}/`) || /\.(?:service|scope)$/.test(last)) {
    return [];
  }
  return [
    {
      code: 'name-parents-ignored',
      severity: 'warning',
      subject: name,
      message: `with the systemd driver only the last part of ${name} counts: the cgroup is ${path}, and does not lie in ${parent}`,
      evidence: [source],
      remedy: `Write ${path}, which is what the kubelet uses. A slice inside another bears its name: /system.slice/system-kube.slice.`,
    },
  ];
}

function service({ name, path, source }: DesiredCgroup, driver: string): Finding[] {
  if (driver !== 'systemd' || !/\.(?:service|scope)\/?$/.test(name)) return [];
  return [
    {
      code: 'service-as-cgroup',
      severity: 'warning',
      subject: name,
      message: `with the systemd driver ${name} is not the service: the kubelet takes it for the slice ${path}`,
      evidence: [source],
      remedy: 'Name a slice, and put the service into it with Slice= in a drop-in of the service.',
    },
  ];
}

function differs({ name, path, source }: DesiredCgroup, driver: string): Finding[] {
  const other = driver === 'systemd' ? 'cgroupfs' : 'systemd';
  const elsewhere = translate(name, other);
  if ('path' in elsewhere && elsewhere.path === path) return [];
  const there =
    'path' in elsewhere ? `is ${elsewhere.path} with the ${other} driver` : `ends the kubelet with the ${other} driver`;
  return [
    {
      code: 'name-differs-by-driver',
      severity: 'info',
      subject: name,
      message: `${name} is ${path} with the ${driver} driver and ${there}; from kubelet 1.31 the runtime decides the driver`,
      evidence: [source],
      remedy: 'Write /NAME.slice with a NAME without hyphens, which means the same with both drivers.',
    },
  ];
}

/** What systemd does later to cgroups that it does not know of, or to limits that were not set through it. */
function lasting({ desired }: Look): Finding[] {
  if (desired.driver.value === 'systemd') return [];
  return desired.cgroups
    .filter(({ enforced }) => enforced)
    .map(({ name, path, unit, source }) => ({
      code: unit === null ? 'cgroup-not-systemds' : 'limits-do-not-last',
      severity: 'warning',
      subject: name,
      message:
        unit === null
          ? `${path} is no slice of systemd's, so systemd does not know of it: it is gone after a reboot`
          : `${path} is systemd's, but with the cgroupfs driver the kubelet writes its limits past systemd, which resets them at the next daemon-reload`,
      evidence: [source],
      remedy:
        'Use the systemd driver for the kubelet and the runtime, as Kubernetes advises on hosts that systemd runs.',
    }));
}

/** A limit on a cgroup in which nothing runs protects nothing. */
function daemons({ desired, surroundings }: Look): Finding[] {
  const kube = desired.cgroups.find(({ role }) => role === 'kube-reserved');
  if (kube === undefined || !kube.enforced || kube.path === '/system.slice') return [];
  return surroundings.daemonsInSystemSlice.map((name) => ({
    code: 'daemon-outside',
    severity: 'warning',
    subject: name,
    message: `${name} runs in /system.slice, so what is reserved in ${kube.path} neither limits nor protects it`,
    evidence: [`/system.slice/${name}`],
    remedy: `Put "[Service] Slice=${kube.unit ?? 'kube.slice'}" into a drop-in of ${name}, then restart it.`,
  }));
}

function leftovers({ desired, surroundings }: Look): Finding[] {
  const enforced = desired.cgroups.filter((cgroup) => cgroup.enforced).map(({ unit }) => unit);
  return surroundings.limitFiles
    .filter(({ unit }) => !enforced.includes(unit))
    .map(({ unit, file }) => ({
      code: 'limit-left-over',
      severity: 'warning',
      subject: unit,
      message: `${unit} still has a limit of a former enforcement, which the kubelet never takes back`,
      evidence: [file],
      remedy: `systemctl revert ${unit}`,
    }));
}

function v1Directories({ surroundings }: Look): Finding[] {
  if (surroundings.v1Directories.length === 0) return [];
  return [
    {
      code: 'v1-directories-on-v2',
      severity: 'warning',
      subject: '/sys/fs/cgroup',
      message:
        'cgroups that are called like v1 hierarchies stand on this v2 host; a script written for v1 made them, and nothing uses them',
      evidence: surroundings.v1Directories,
      remedy: 'Remove the mkdir lines from the start of the kubelet, then the empty cgroups with rmdir.',
    },
  ];
}
