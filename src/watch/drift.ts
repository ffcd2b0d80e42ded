import { below, lineage } from '../model/cgroup.ts';
import type { DesiredCgroup, DesiredState } from '../model/desired.ts';
import { demandedHierarchies } from '../model/host.ts';
import type { Look } from '../model/look.ts';
import type { Action, Refusal } from '../model/plan.ts';
import type { DaemonPlace, LimitFact } from '../model/watch.ts';
import type { Drift } from '../model/watch.ts';

/** What tells two drifts apart. */
export function keyOf({ kind, subject }: Drift): string {
  return `${kind} ${subject}`;
}

/** All that is not as it must be and that a plan could mend, by what a person would call it. */
export function wrongsOf(look: Look): Drift[] {
  const all = [
    ...look.plan.actions.flatMap((action) => wrong(look, action)),
    ...look.plan.refusals.flatMap((refusal) => refusedWrong(look, refusal)),
  ];
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

function wrong(look: Look, action: Action): Drift[] {
  switch (action.action) {
    case 'make-directory':
      return [missing(action.target)];
    case 'start-slice': {
      const absent = absentDirectories(look, action.unit);
      if (absent.length > 0) return absent.map(missing);
      return [{ kind: 'slice-inactive', subject: action.unit, message: 'systemd had it active, and has not any more' }];
    }
    case 'set-properties': {
      if (absentDirectories(look, action.unit).length > 0) return [];
      const message = `no longer asks systemd for ${action.properties.join(' ')}`;
      return [{ kind: 'controllers-missing', subject: action.unit, message }];
    }
    case 'enable-controllers': {
      if (isAbsent(look, below(action.mountpoint, action.path))) return [];
      const message = `passed ${action.controllers.join(', ')} on, and does not any more`;
      return [{ kind: 'controllers-missing', subject: action.target, message }];
    }
    case 'seed-cpuset':
      if (isAbsent(look, below(action.mountpoint, action.path))) return [];
      return [{ kind: 'cpuset-empty', subject: action.target, message: `held ${action.value}, and is empty` }];
  }
}

function refusedWrong(look: Look, { target }: Refusal): Drift[] {
  if (isAbsent(look, target)) return [missing(target)];
  if (!target.endsWith('/cgroup.subtree_control')) return [];
  return [{ kind: 'controllers-missing', subject: target, message: 'does not pass all controllers on any more' }];
}

function missing(subject: string): Drift {
  return { kind: 'cgroup-missing', subject, message: 'was there, and is gone' };
}

function isAbsent({ tree }: Look, directory: string): boolean {
  return tree[directory]?.kind === 'absent';
}

/** Where a slice that is wanted, or lies above one, has no directory. */
function absentDirectories({ host, desired, tree }: Look, unit: string): string[] {
  const path = desired.cgroups.flatMap((one) => lineage(one.path)).find((at) => at.endsWith(`/${unit}`));
  if (path === undefined) return [];
  const directories = demandedHierarchies(host).map(({ mountpoint }) => below(mountpoint, path));
  return directories.filter((directory) => tree[directory]?.kind === 'absent');
}

/**
 * What was right at the end of the last pass and is not any more. What a changed configuration asks for anew was
 * never right: then only what stood there and is gone has drifted.
 */
export function driftedSince(before: Look, now: Look): Drift[] {
  const known = new Set(wrongsOf(before).map(keyOf));
  const news = configurationChange(before.desired, now.desired) !== null;
  return wrongsOf(now)
    .filter((one) => !known.has(keyOf(one)) && (!news || before.tree[one.subject]?.kind === 'directory'))
    .map((one) => {
      if (one.kind !== 'cgroup-missing' || before.tree[one.subject] !== undefined) return one;
      return { ...one, message: 'is missing in a hierarchy that was mounted since' };
    });
}

/** The kubelet's configuration asks for other cgroups than it did; null where it does not. */
export function configurationChange(before: DesiredState, now: DesiredState): Drift | null {
  const was = wordsOf(before);
  const is = wordsOf(now);
  if (was === is) return null;
  const subject = now.cgroups[0]?.source ?? now.driver.source;
  return { kind: 'configuration-changed', subject, message: `asked for ${was}, and asks for ${is}` };
}

function wordsOf({ cgroups, driver }: DesiredState): string {
  const one = ({ role, path, enforced }: DesiredCgroup): string =>
    `${path} (${role}${enforced ? '' : ', not enforced'})`;
  return `${cgroups.map(one).join(', ') || 'nothing'} with the ${driver.value} driver`;
}

/** What tells a limit that has been seen as the kubelet writes it. */
export function limitKey({ file, wanted }: LimitFact): string {
  return `${file}=${wanted}`;
}

/** Limits that are not what they once were: only the kubelet writes them, so they are told of. */
export function changedLimits(limits: readonly LimitFact[], onceRight: ReadonlySet<string>): Drift[] {
  return limits
    .filter((one) => one.found !== one.wanted && onceRight.has(limitKey(one)))
    .map(({ file, wanted, found }) => ({
      kind: 'limits-changed',
      subject: file,
      message: `held the kubelet's ${wanted}, and holds ${found}; the kubelet writes it again only when it starts`,
    }));
}

/** Daemons that ran in a reserved cgroup and now run outside every one. */
export function movedDaemons(before: readonly DaemonPlace[], now: readonly DaemonPlace[]): Drift[] {
  return before
    .filter(({ reserved }) => reserved)
    .flatMap(({ name, path }) => {
      const all = now.filter((one) => one.name === name);
      const elsewhere = all.find(({ reserved }) => !reserved);
      if (elsewhere === undefined || all.some(({ reserved }) => reserved)) return [];
      const message = `ran in ${path}, and runs in ${elsewhere.path}: what is reserved neither limits nor protects it`;
      return [{ kind: 'daemon-moved' as const, subject: name, message }];
    });
}
