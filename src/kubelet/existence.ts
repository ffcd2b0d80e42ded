import { below } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import { demandedHierarchies, demandedIn } from '../model/host.ts';
import type { Case } from './case.ts';
import { goQuoteList } from './go-quote.ts';
import type { KubeletRules } from './rules.ts';

/** A cgroup that must be there: its internal name, and where the driver puts it. */
interface Wanted {
  readonly components: readonly string[];
  readonly path: string;
}

/**
 * What the kubelet's cgroup manager says of a cgroup that is not as it must be; null when it is (Validate, before
 * 1.25 Exists).
 * @param passedOn will the kubelet itself have made the parent pass the controllers on, by the time it looks
 * @returns `absent` for the releases that say no more than that it is
 */
export function missingOf(one: Case, wanted: Wanted, passedOn: boolean, rules: KubeletRules): string | null {
  const named = rules.missingCgroup === 'names-missing';
  for (const hierarchy of demandedHierarchies(one.host).filter(({ type }) => type === 'cgroup2')) {
    const text = missingOnV2(one, wanted, hierarchy, passedOn);
    if (text !== null) return named ? text : 'absent';
  }
  const paths = missingOnV1(one, wanted);
  if (paths.length === 0) return null;
  if (!named) return 'absent';
  return `cgroup ${goQuoteList(wanted.components)} has some missing paths: ${paths.join(', ')}`;
}

/** cgroup_v1_manager_linux.go: the path must exist, whatever it is, for each demanded controller that is mounted. */
function missingOnV1({ host, tree }: Case, { path }: Wanted): string[] {
  // Co-mounted controllers are asked for one by one, so their one path is named as often.
  return demandedHierarchies(host)
    .filter(({ type }) => type === 'cgroup')
    .flatMap((hierarchy) => demandedIn(hierarchy).map(() => below(hierarchy.mountpoint, path)))
    .filter((directory) => tree[directory] === undefined || tree[directory].kind === 'absent');
}

/** cgroup_v2_manager_linux.go: the cgroup's own `cgroup.controllers` must have every demanded word that the root's has. */
function missingOnV2(
  { tree }: Case,
  { components, path }: Wanted,
  hierarchy: Hierarchy,
  passedOn: boolean,
): string | null {
  const directory = below(hierarchy.mountpoint, path);
  const facts = tree[directory];
  if (facts?.kind === 'unreadable') return null;
  const name = (): string => goQuoteList(components);
  const controllers = facts?.controllers ?? null;
  if (controllers === null)
    return `could not read controllers for cgroup ${name()}: open ${directory}/cgroup.controllers: no such file or directory`;
  if (passedOn) return null;
  const lacking = demandedIn(hierarchy).filter((word) => !controllers.includes(word));
  return lacking.length === 0 ? null : `cgroup ${name()} has some missing controllers: ${lacking.join(', ')}`;
}
