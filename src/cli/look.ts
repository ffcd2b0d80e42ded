import { CgprepError } from '../errors.ts';
import { kernelFlagsOf } from '../kubelet/kernel-flags.ts';
import { allLimits } from '../kubelet/limits.ts';
import { nodeResources } from '../kubelet/node.ts';
import { judge } from '../kubelet/verdict.ts';
import { rulesFor } from '../kubelet/versions.ts';
import { pathsOf } from '../model/desired.ts';
import type { DesiredState } from '../model/desired.ts';
import type { HostFacts, TreeFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Look } from '../model/look.ts';
import type { HostReader } from '../model/ports.ts';
import { rememberLast } from '../model/remember.ts';
import type { Resources } from '../model/resources.ts';
import type { CgroupLimits } from '../model/usage.ts';
import { observeBoot } from '../probe/boot.ts';
import { probeHost } from '../probe/host.ts';
import { observeOom } from '../probe/oom.ts';
import { readChanges } from '../probe/record.ts';
import { observeResources } from '../probe/resources.ts';
import { observeSurroundings } from '../probe/surroundings.ts';
import { observeTree } from '../probe/tree.ts';
import { observeUnits } from '../probe/units.ts';
import { observeUsage } from '../probe/usage.ts';
import { desire } from '../reconcile/desire.ts';
import { planFor } from '../reconcile/plan.ts';
import { unitsOfInterest } from '../reconcile/plan-systemd.ts';
import type { Session } from './session.ts';

/** At least the size of a page: some machines have larger ones. */
const PAGE = 64 * 1024;

/** How much to look at. */
export interface Scope {
  /** With what only an audit's report tells; oneshot is on the way to the kubelet's start. */
  readonly thorough?: boolean;
  /**
   * An earlier look, which knew what the machine has and what stands around the cgroups: watch looks at that in its
   * whole passes, because no event tells of it. The mounts, the cgroups and what is in them are looked at each time.
   */
  readonly known?: Look | null;
}

/** What follows from the configuration is the same until somebody changes it. */
const desireAgain = rememberLast(desire);
const allLimitsAgain = rememberLast(allLimits);
const nodeResourcesAgain = rememberLast(nodeResources);

/**
 * One whole look at the host: probe, desire, observe, judge, plan. Every pass
 * observes afresh; nothing is carried over but the kubelet's configuration, and what is `known`.
 * @throws CgprepError CGP_CGROUP_NAME, CGP_PERMISSION
 */
export function look({ settings, reader, systemd }: Session, config: KubeletConfig, scope: Scope = {}): Look {
  const { thorough = false } = scope;
  // Another configuration may ask for another part of the machine.
  const known = scope.known?.config === config ? scope.known : null;
  const pid = settings.root === '/' ? 'self' : '1';
  const host = probeHost(reader, pid, rulesFor(config.version.value).v1Mount, known?.host);
  const desired = desireAgain(config, host, settings.cgroupDriver);
  const tree = observeTree(reader, host, pathsOf(desired));
  assertReadable(desired, tree);
  const units = systemd === null ? null : observeUnits(systemd, unitsOfInterest(host, desired));
  const resources = known?.resources ?? resourcesOf(reader, config);
  const limits = allLimitsAgain(config, host, desired, resources);
  const usage = usageOf(reader, { host, desired, resources, limits }, thorough, known === null);
  const verdict = judge({ config, host, desired, tree, units, resources, usage, limits });
  const surroundings = known?.surroundings ?? observeSurroundings(reader, host, slicesOf(desired));
  return {
    config,
    host,
    desired,
    tree,
    units,
    resources,
    usage,
    limits,
    node: nodeResourcesAgain(config, resources),
    ...(thorough ? history(reader, settings.record, host, desired) : NO_HISTORY),
    surroundings,
    verdict,
    plan: planFor(host, desired, tree, units),
  };
}

/** What has happened since boot. */
function history(reader: HostReader, record: string, { systemd }: HostFacts, { cgroups }: DesiredState): History {
  return {
    oom: observeOom(reader),
    changes: readChanges(reader, record),
    boot: systemd === null ? null : observeBoot(reader, unitsOf(cgroups)),
  };
}

type History = Pick<Look, 'oom' | 'changes' | 'boot'>;
const NO_HISTORY: History = { oom: null, changes: null, boot: null };

function resourcesOf(reader: HostReader, config: KubeletConfig): Resources {
  const numaNodes = config.memoryManagerPolicy.value === 'Static';
  return observeResources(reader, { kernelFlags: kernelFlagsOf(config), numaNodes });
}

/** @param detailed as a report wants it, and not only as far as the verdict depends on it */
function usageOf(
  reader: HostReader,
  { host, desired: { cgroups }, resources, limits }: Pick<Look, 'host' | 'desired' | 'resources' | 'limits'>,
  thorough: boolean,
  detailed: boolean,
): Look['usage'] {
  // What is not enforced is not written to, so what is in use there decides nothing.
  const wanted = cgroups.filter(({ enforced }) => enforced || thorough);
  return Object.fromEntries(
    wanted.map(({ path }) => {
      const memoryAbove = detailed ? -1 : mayBeUsed(limits[path]);
      return [path, observeUsage(reader, host, path, resources, { pids: thorough, memoryAbove })] as const;
    }),
  );
}

/** So many bytes may be in use, and no write of a limit is refused: the kernel cuts a limit to whole pages. */
function mayBeUsed(limits: CgroupLimits | undefined): number {
  const limit = limits?.memoryBytes ?? null;
  return limit === null ? Number.POSITIVE_INFINITY : limit - PAGE;
}

/** The slices that may still hold a limit: those configured, and those that are usually configured. */
function slicesOf({ cgroups }: DesiredState): string[] {
  return [...new Set([...unitsOf(cgroups), 'kube.slice', 'system.slice'])];
}

function unitsOf(cgroups: DesiredState['cgroups']): string[] {
  return cgroups.flatMap(({ unit }) => unit ?? []);
}

/** Nothing can be said of a host whose cgroups may not be looked at: neither "ready" nor "not ready" would be true. */
function assertReadable({ cgroups }: DesiredState, tree: TreeFacts): void {
  if (!cgroups.some(({ enforced }) => enforced)) return;
  const hidden = Object.entries(tree).find(([, { kind }]) => kind === 'unreadable');
  if (hidden === undefined) return;
  throw new CgprepError(
    'CGP_PERMISSION',
    `${hidden[0]}: this user may not look at the cgroup`,
    'Run cgprep as a user who may enter the cgroup mounts.',
  );
}
