import { CgprepError } from '../errors.ts';
import { limitsOf } from '../kubelet/limits.ts';
import { nodeResources } from '../kubelet/node.ts';
import { judge } from '../kubelet/verdict.ts';
import { rulesFor } from '../kubelet/versions.ts';
import type { DesiredState } from '../model/desired.ts';
import type { HostFacts, TreeFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Look } from '../model/look.ts';
import type { HostReader } from '../model/ports.ts';
import type { Resources } from '../model/resources.ts';
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

/**
 * One whole look at the host: probe, desire, observe, judge, plan. Every pass
 * observes afresh; nothing is carried over but the kubelet's configuration.
 * @param thorough with what only an audit's report tells; oneshot is on the way to the kubelet's start
 * @throws CgprepError CGP_CGROUP_NAME, CGP_PERMISSION
 */
export function look({ settings, reader, systemd }: Session, config: KubeletConfig, thorough = false): Look {
  const host = probeHost(reader, settings.root === '/' ? 'self' : '1', rulesFor(config.version.value).v1Mount);
  const desired = desire(config, host, settings.cgroupDriver);
  const tree = observeTree(
    reader,
    host,
    desired.cgroups.map((cgroup) => cgroup.path),
  );
  assertReadable(desired, tree);
  const units = systemd === null ? null : observeUnits(systemd, unitsOfInterest(host, desired));
  const resources = observeResources(reader);
  const usage = usageOf(reader, host, desired, resources, thorough);
  const verdict = judge({ config, host, desired, tree, units, resources, usage });
  const surroundings = observeSurroundings(reader, host, slicesOf(desired));
  return {
    config,
    host,
    desired,
    tree,
    units,
    resources,
    usage,
    limits: limits(config, host, desired, resources),
    node: nodeResources(config, resources),
    oom: thorough ? observeOom(reader) : null,
    changes: thorough ? readChanges(reader, settings.record) : null,
    surroundings,
    verdict,
    plan: planFor(host, desired, tree, units),
  };
}

function usageOf(
  reader: HostReader,
  host: HostFacts,
  { cgroups }: DesiredState,
  resources: Resources,
  thorough: boolean,
): Look['usage'] {
  // What is not enforced is not written to, so what is in use there decides nothing.
  const wanted = cgroups.filter(({ enforced }) => enforced || thorough);
  return Object.fromEntries(
    wanted.map(({ path }) => [path, observeUsage(reader, host, path, resources, thorough)] as const),
  );
}

function limits(
  config: KubeletConfig,
  host: HostFacts,
  { cgroups }: DesiredState,
  resources: Resources,
): Look['limits'] {
  const entries = cgroups.flatMap((cgroup) => {
    const written = limitsOf(config, cgroup, host, resources);
    return written === null ? [] : [[cgroup.path, written] as const];
  });
  return Object.fromEntries(entries);
}

/** The slices that may still hold a limit: those configured, and those that are usually configured. */
function slicesOf({ cgroups }: DesiredState): string[] {
  return [...new Set([...cgroups.flatMap(({ unit }) => unit ?? []), 'kube.slice', 'system.slice'])];
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
