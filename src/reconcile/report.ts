import { below, lineage } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedHierarchies, demandedIn } from '../model/host.ts';
import type { TreeFacts } from '../model/host.ts';
import type { Outcome } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { CgroupUsage } from '../model/usage.ts';
import { findingsOf } from './findings.ts';
import { oomOf } from './oom.ts';
import type { Look } from '../model/look.ts';

export interface ReportHead {
  readonly command: Report['command'];
  readonly cgprepVersion: string;
  readonly ignore: readonly string[];
}

/**
 * Puts the last look and what was done before it into the published form.
 * @param outcomes of every action, in order; an audit's and a dry run's are all `planned`
 */
export function reportOf(head: ReportHead, look: Look, outcomes: readonly Outcome[]): Report {
  const { host, config, desired, verdict } = look;
  return {
    schemaVersion: 'cgprep.report/v1',
    command: head.command,
    cgprepVersion: head.cgprepVersion,
    host: {
      cgroupMode: host.mode,
      hierarchies: host.hierarchies.map(({ mountpoint, controllers, type }) => ({ mountpoint, controllers, type })),
      cgroupDriver: { value: desired.driver.value, evidence: desired.driver.source },
      systemd: host.systemd,
    },
    kubelet: {
      version: config.version.value.text,
      versionSource: config.version.source,
      sources: config.sources,
      enforceNodeAllocatable: config.enforceNodeAllocatable.value,
    },
    node: { resources: look.node },
    oom: oomOf(look),
    desired: desired.cgroups.map(({ components: _, ...cgroup }) => ({
      ...cgroup,
      directories: demandedHierarchies(host).map((hierarchy) => directory(look.tree, cgroup, hierarchy)),
      limits: look.limits[cgroup.path] ?? null,
      usage: usageOf(look.usage[cgroup.path]),
    })),
    plan: outcomes.map(({ action, outcome, error }) => ({
      id: action.id,
      action: action.action,
      target: action.target,
      why: action.why,
      outcome,
      error: error?.message ?? null,
    })),
    refusals: look.plan.refusals.map(({ target, why }) => ({ target, why })),
    changes: look.changes,
    verdict: { kubeletStarts: verdict.kubeletStarts, message: verdict.message },
    findings: findingsOf(look, outcomes).map((finding) => ({
      ...finding,
      ignored: head.ignore.includes(finding.code),
    })),
  };
}

function usageOf(usage: CgroupUsage | undefined): Report['desired'][number]['usage'] {
  if (usage === undefined) return null;
  const { memory, pids, hugePages } = usage;
  return {
    memoryBytes: memory?.usedBytes ?? null,
    memoryPeakBytes: memory?.peakBytes ?? null,
    memoryFloorBytes: memory?.floorBytes ?? null,
    memoryWorkingSetBytes: memory?.workingSetBytes ?? null,
    pids: pids?.used ?? null,
    pidsPeak: pids?.peak ?? null,
    hugePages: hugePages.map(({ size, usedBytes }) => ({ size, usedBytes })),
  };
}

type Directory = Report['desired'][number]['directories'][number];

function directory(tree: TreeFacts, cgroup: Pick<DesiredCgroup, 'path'>, hierarchy: Hierarchy): Directory {
  const path = below(hierarchy.mountpoint, cgroup.path);
  const controllers = demandedIn(hierarchy);
  const facts = tree[path];
  if (facts?.kind === 'unreadable') return { path, controllers, state: 'unreadable' };
  if (facts === undefined || facts.kind === 'absent') return { path, controllers, state: 'missing' };
  const nested = lineage(cgroup.path).length > 2;
  const lacking =
    hierarchy.type === 'cgroup2' && nested && !controllers.every((word) => facts.controllers?.includes(word) === true);
  return { path, controllers, state: lacking ? 'incomplete' : 'present' };
}
