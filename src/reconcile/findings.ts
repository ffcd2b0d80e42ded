import type { Look } from '../model/look.ts';
import type { Outcome } from '../model/plan.ts';
import type { Finding, Verdict } from '../model/report.ts';
import { bootFindings } from './findings-boot.ts';
import { cgroupRootFindings } from './findings-cgroup-root.ts';
import { cgroupFindings } from './findings-cgroups.ts';
import { configurationFindings } from './findings-configuration.ts';
import { daemonCgroupFindings } from './findings-daemon-cgroups.ts';
import { discoveryFindings } from './findings-discovery.ts';
import { driverFindings } from './findings-driver.ts';
import { hostFindings } from './findings-host.ts';
import { reservedFindings } from './findings-reserved.ts';
import { resourceFindings } from './findings-resources.ts';
import { systemdFindings } from './findings-systemd.ts';
import { oomFindings } from './oom.ts';
import { usageFindings } from './findings-usage.ts';

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** What an operator should know, the worst first. Whenever the kubelet would refuse, at least one is an error. */
export function findingsOf(look: Look, outcomes: readonly Outcome[]): Finding[] {
  const all = [
    ...hostFindings(look),
    ...configurationFindings(look),
    ...cgroupRootFindings(look),
    ...daemonCgroupFindings(look),
    ...discoveryFindings(look),
    ...driverFindings(look),
    ...reservedFindings(look),
    ...resourceFindings(look),
    ...usageFindings(look),
    ...cgroupFindings(look),
    ...systemdFindings(look),
    ...bootFindings(look),
    ...oomFindings(look),
    ...outcomes.flatMap(failedAction),
  ];
  const explained = look.verdict.kubeletStarts || all.some((one) => one.severity === 'error');
  if (!explained) all.push(unexplained(look.verdict));
  return all.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function unexplained(verdict: Verdict): Finding {
  return {
    code: 'kubelet-refuses',
    severity: 'error',
    subject: 'kubelet',
    message: verdict.message ?? 'the kubelet would refuse to start',
    evidence: [`rule: ${verdict.rule ?? 'unknown'}`],
    remedy: "Correct what the kubelet's own message names.",
  };
}

function failedAction({ action, error }: Outcome): Finding[] {
  if (error === null) return [];
  return [
    {
      code: 'action-failed',
      severity: action.needed ? 'error' : 'warning',
      subject: action.target,
      message: error.message,
      evidence: [action.target],
      remedy:
        'Remove the cause that the message names, then run cgprep oneshot again: what was done stays, and the rest is tried anew.',
    },
  ];
}
