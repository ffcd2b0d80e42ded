import { below, lineage } from '../model/cgroup.ts';
import type { Hierarchy } from '../model/cgroup.ts';
import { isPassedOn } from '../model/desired.ts';
import type { DesiredCgroup } from '../model/desired.ts';
import { demandedHierarchies, demandedIn } from '../model/host.ts';
import type { Finding, Severity } from '../model/report.ts';
import type { Look } from '../model/look.ts';

/** What is missing of each cgroup wanted, where, and whether oneshot would mend it. */
export function cgroupFindings(look: Look): Finding[] {
  const perCgroup = look.desired.cgroups.flatMap((cgroup) =>
    demandedHierarchies(look.host).flatMap((hierarchy) => [
      ...missing(look, cgroup, hierarchy),
      ...(hierarchy.type === 'cgroup'
        ? emptyCpuset(look, cgroup, hierarchy)
        : missingControllers(look, cgroup, hierarchy)),
    ]),
  );
  return [...perCgroup, ...refusals(look)];
}

function missing({ tree, plan }: Look, cgroup: DesiredCgroup, hierarchy: Hierarchy): Finding[] {
  const directory = below(hierarchy.mountpoint, cgroup.path);
  if (tree[directory]?.kind !== 'absent') return [];
  const mended = plan.actions.some(
    (action) =>
      action.target === directory ||
      (action.action === 'start-slice' && lineage(cgroup.path).some((path) => path.endsWith(`/${action.unit}`))),
  );
  return [
    {
      code: 'cgroup-missing',
      severity: severityOf(cgroup),
      subject: directory,
      message: `the ${cgroup.role} cgroup ${cgroup.path} is missing under ${demandedIn(hierarchy).join(', ')}`,
      evidence: [directory],
      remedy: mended
        ? 'Run cgprep oneshot, which makes it.'
        : 'See what was refused, and why: cgprep does not make it.',
    },
  ];
}

function emptyCpuset({ tree, plan }: Look, cgroup: DesiredCgroup, hierarchy: Hierarchy): Finding[] {
  if (!hierarchy.controllers.includes('cpuset')) return [];
  return lineage(cgroup.path)
    .slice(1)
    .flatMap((path) => {
      const directory = below(hierarchy.mountpoint, path);
      const facts = tree[directory];
      const empty = [facts?.cpus === '' ? 'cpuset.cpus' : '', facts?.mems === '' ? 'cpuset.mems' : ''].filter(
        (file) => file !== '',
      );
      if (empty.length === 0) return [];
      const stops = plan.actions.some((action) => action.needed && action.target === `${directory}/cpuset.cpus`);
      const severity: Severity = stops ? 'error' : 'warning';
      return [
        {
          code: 'cpuset-empty',
          severity,
          subject: directory,
          message: `${empty.join(' and ')} of ${path} ${empty.length === 1 ? 'is' : 'are'} empty, so no process can be moved in (ENOSPC)`,
          evidence: empty.map((file) => `${directory}/${file}`),
          remedy: "Run cgprep oneshot, which copies the nearest ancestor's value.",
        },
      ];
    });
}

function missingControllers({ desired, tree, plan }: Look, cgroup: DesiredCgroup, hierarchy: Hierarchy): Finding[] {
  const directory = below(hierarchy.mountpoint, cgroup.path);
  const facts = tree[directory];
  if (facts?.kind !== 'directory' || isPassedOn(desired, cgroup.path)) return [];
  const lacking = demandedIn(hierarchy).filter((word) => facts.controllers?.includes(word) !== true);
  if (lacking.length === 0) return [];
  const mended = plan.actions.some(({ action }) => action === 'enable-controllers' || action === 'set-properties');
  return [
    {
      code: 'controllers-missing',
      severity: severityOf(cgroup),
      subject: directory,
      message: `the ${cgroup.role} cgroup ${cgroup.path} lacks ${lacking.join(', ')}: an ancestor does not pass them on`,
      evidence: lineage(cgroup.path)
        .slice(0, -1)
        .map((path) => below(below(hierarchy.mountpoint, path), '/cgroup.subtree_control')),
      remedy: mended ? 'Run cgprep oneshot, which enables them from the root down.' : 'See what was refused, and why.',
    },
  ];
}

function refusals({ plan }: Look): Finding[] {
  return plan.refusals.map(({ target, why, reason, needed }) => ({
    code: reason,
    severity: needed ? 'error' : 'warning',
    subject: target,
    message: why,
    evidence: [target],
    remedy: REMEDIES[reason],
  }));
}

const REMEDIES = {
  'read-only': 'Run cgprep where the cgroup mounts are writable, best on the host itself.',
  'not-the-hosts-root':
    'Run cgprep on the host itself; where systemd has no part, a container that mounts the host root will do, with --root.',
  'holds-processes':
    'Let nothing run directly in the parent (give the service a child slice), or name a top-level cgroup.',
  threaded: 'Write the -cpu -cpuset -pids words that made the parent threaded, or name a top-level cgroup.',
  'unit-refused': 'Unmask the unit or mend its file (systemctl unmask, systemctl status, systemd-analyze verify).',
  'name-escaped': 'Name a slice that is not called like a controller, for example /kube.slice.',
} as const;

/** What the kubelet does not enforce cannot stop it. */
function severityOf(cgroup: DesiredCgroup): Severity {
  return cgroup.enforced ? 'error' : 'warning';
}
