import { below, lineage } from '../model/cgroup.ts';
import { isPassedOn } from '../model/desired.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { Role } from '../model/kubelet.ts';
import { goQuote, goQuoteList } from './go-quote.ts';
import { systemdAcceptsUnitName } from './names.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { missingOf } from './existence.ts';
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
  const name = (): string => goQuoteList(cgroup.components);
  if (reservationOf(one, cgroup.role) === null) {
    return {
      rule: 'reservation-missing',
      message: `${name()} ${rules.unconfigured}`,
    };
  }
  const missing = missingOf(one, cgroup, isPassedOn(one.desired, cgroup.path), rules);
  if (missing !== null) {
    return { rule: 'cgroup-missing', message: missing === 'absent' ? `${name()} cgroup does not exist` : missing };
  }
  return (
    refusedUnit(one, cgroup, rules) ??
    (one.desired.writesCpuset ? emptyParent(one, cgroup, filled) : null) ??
    writeRefusal(one, cgroup)
  );
}

function reservationOf({ config }: Case, role: Role): object | null {
  return role === 'kube-reserved' ? config.kubeReserved.value : config.systemReserved.value;
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
function emptyParent(
  { desired, host, tree }: Case,
  cgroup: DesiredCgroup,
  filled: readonly string[],
): KubeletRefusal | null {
  const parent = lineage(cgroup.path).at(-2);
  // On the way to kubepods libcontainer fills what is empty (fs/cpuset.go).
  if (parent === undefined || isPassedOn(desired, cgroup.path) || filled.includes(parent)) return null;
  for (const { mountpoint, type } of demandedHierarchies(host).filter((one) => one.controllers.includes('cpuset'))) {
    if (type !== 'cgroup' || tree[below(mountpoint, parent)]?.cpus !== '') continue;
    const cpus = tree[mountpoint]?.cpus ?? '';
    const file = `${below(mountpoint, cgroup.path)}/cpuset.cpus`;
    return { rule: 'cpuset-empty', message: `failed to write ${goQuote(cpus)}: write ${file}: permission denied` };
  }
  return null;
}
