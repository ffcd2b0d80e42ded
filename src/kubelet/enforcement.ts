import { below, lineage } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedHierarchies, demandedIn } from '../model/host.ts';
import type { Role } from '../model/kubelet.ts';
import { goQuote, goQuoteList } from './go-quote.ts';
import { systemdAcceptsUnitName } from './names.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { rulesFor } from './versions.ts';
import type { KubeletRules } from './rules.ts';
import { writeRefusal } from './write-refusal.ts';

/** enforceNodeAllocatableCgroups, in its order; the first failure ends the kubelet, and there is no retry. */
const ENFORCED = [
  { key: 'system-reserved', role: 'system-reserved', title: 'System Reserved' },
  { key: 'kube-reserved', role: 'kube-reserved', title: 'Kube Reserved' },
  { key: 'system-reserved-compressible', role: 'system-reserved', title: 'System Reserved Compressible' },
  { key: 'kube-reserved-compressible', role: 'kube-reserved', title: 'Kube Reserved Compressible' },
] as const;

/** The reserved cgroups: is there a reservation, does the cgroup exist where it is looked for, can it be written. */
export function enforcementRefusal(one: Case): KubeletRefusal | null {
  const rules = rulesFor(one.config.version.value);
  const filled: string[] = [];
  for (const { key, role, title } of ENFORCED) {
    if (!one.config.enforceNodeAllocatable.value.includes(key)) continue;
    const panic = one.desired.panics.find((name) => name.role === role);
    if (panic !== undefined) return { rule: 'name-panics', message: panic.panic };
    const cgroup = one.desired.cgroups.find((wanted) => wanted.role === role);
    if (cgroup === undefined) continue;
    const inner = refusalOf(one, cgroup, rules, filled);
    if (inner !== null)
      return {
        rule: inner.rule,
        message: `Failed to enforce ${title} Cgroup Limits on ${goQuote(cgroup.name)}: ${inner.message}`,
      };
    filled.push(cgroup.path);
  }
  return null;
}

function refusalOf(
  one: Case,
  cgroup: DesiredCgroup,
  rules: KubeletRules,
  filled: readonly string[],
): KubeletRefusal | null {
  const name = goQuoteList(cgroup.components);
  if (reservationOf(one, cgroup.role) === null) {
    return {
      rule: 'reservation-missing',
      message: `${name} ${rules.unconfigured}`,
    };
  }
  for (const hierarchy of demandedHierarchies(one.host).filter(({ type }) => type === 'cgroup2')) {
    const message = missingOnV2(one, cgroup, hierarchy, rules);
    if (message !== null) return { rule: 'cgroup-missing', message };
  }
  return (
    missingOnV1(one, cgroup, rules) ??
    refusedUnit(one, cgroup, rules) ??
    (rules.writesCpuset ? emptyParent(one, cgroup, filled) : null) ??
    writeRefusal(one, cgroup)
  );
}

/** From 1.25 the error says what is missing; before, only that something is. */
function namesMissing(rules: KubeletRules): boolean {
  return rules.missingCgroup === 'names-missing';
}

function reservationOf({ config }: Case, role: Role): object | null {
  return role === 'kube-reserved' ? config.kubeReserved.value : config.systemReserved.value;
}

/** cgroup_v1_manager_linux.go: the path must exist, whatever it is, for each demanded controller that is mounted. */
function missingOnV1({ host, tree }: Case, cgroup: DesiredCgroup, rules: KubeletRules): KubeletRefusal | null {
  // Co-mounted controllers are asked for one by one, so their one path is named as often.
  const paths = demandedHierarchies(host)
    .filter(({ type }) => type === 'cgroup')
    .flatMap((hierarchy) => demandedIn(hierarchy).map(() => below(hierarchy.mountpoint, cgroup.path)))
    .filter((path) => tree[path] === undefined || tree[path].kind === 'absent');
  if (paths.length === 0) return null;
  const name = goQuoteList(cgroup.components);
  return {
    rule: 'cgroup-missing',
    message: namesMissing(rules)
      ? `cgroup ${name} has some missing paths: ${paths.join(', ')}`
      : `${name} cgroup does not exist`,
  };
}

/**
 * cgroup_v2_manager_linux.go: the cgroup's own `cgroup.controllers` must have every
 * demanded word that the root's has. At the top level it will: by the time of the
 * check the kubelet has enabled them all at the root itself, for kubepods.
 */
function missingOnV2({ tree }: Case, cgroup: DesiredCgroup, hierarchy: Hierarchy, rules: KubeletRules): string | null {
  const directory = below(hierarchy.mountpoint, cgroup.path);
  const facts = tree[directory];
  if (facts?.kind === 'unreadable') return null;
  const name = goQuoteList(cgroup.components);
  const controllers = facts?.controllers ?? null;
  if (controllers === null) {
    if (!namesMissing(rules)) return `${name} cgroup does not exist`;
    return `could not read controllers for cgroup ${name}: open ${directory}/cgroup.controllers: no such file or directory`;
  }
  if (lineage(cgroup.path).length <= 2) return null;
  const lacking = demandedIn(hierarchy).filter((word) => !controllers.includes(word));
  if (lacking.length === 0) return null;
  return namesMissing(rules)
    ? `cgroup ${name} has some missing controllers: ${lacking.join(', ')}`
    : `${name} cgroup does not exist`;
}

/**
 * With the systemd driver the limits go to systemd first (from 1.21; libcontainer
 * systemd/v1.go, v2.go): a unit that it cannot load ends the kubelet with systemd's words.
 */
function refusedUnit(
  { desired, host, units }: Case,
  cgroup: DesiredCgroup,
  rules: KubeletRules,
): KubeletRefusal | null {
  if (desired.driver.value !== 'systemd' || cgroup.unit === null || !rules.setsUnitProperties) return null;
  const facts = units?.[cgroup.unit];
  const loadable = facts === undefined || facts.loadState === 'loaded';
  const words = !systemdAcceptsUnitName(cgroup.unit)
    ? `Unit name ${cgroup.unit} is not valid.`
    : loadable
      ? null
      : facts.loadError;
  if (words === null) return null;
  return { rule: 'unit-refused', message: host.mode === 'unified' ? `${rules.unitErrorText}: ${words}` : words };
}

/**
 * From 1.32 all online processors are written to `cpuset.cpus`, which v1 refuses
 * below a parent whose own is empty. A cgroup that was enforced before this one
 * has been filled by then.
 */
function emptyParent({ host, tree }: Case, cgroup: DesiredCgroup, filled: readonly string[]): KubeletRefusal | null {
  const parent = lineage(cgroup.path).at(-2);
  if (parent === undefined || parent === '/' || filled.includes(parent)) return null;
  for (const { mountpoint, type } of demandedHierarchies(host).filter((one) => one.controllers.includes('cpuset'))) {
    if (type !== 'cgroup' || tree[below(mountpoint, parent)]?.cpus !== '') continue;
    const cpus = tree[mountpoint]?.cpus ?? '';
    const file = `${below(mountpoint, cgroup.path)}/cpuset.cpus`;
    return { rule: 'cpuset-empty', message: `failed to write ${goQuote(cpus)}: write ${file}: permission denied` };
  }
  return null;
}
