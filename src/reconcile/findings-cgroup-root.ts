import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';
import { refusalBy } from './refusal.ts';

/** A cgroupRoot of one's own, which nobody but its owner makes. */
export function cgroupRootFindings({ desired: { root, driver }, verdict }: Look): Finding[] {
  if (root === null) return [];
  if ('panic' in root) {
    return [
      {
        code: 'cgroup-name-panics',
        severity: 'error',
        subject: root.name,
        message: `the kubelet dies of its cgroupRoot ${JSON.stringify(root.name)}: ${root.panic}`,
        evidence: [root.source],
        remedy: 'Leave cgroupRoot out, or write it without an empty part: /pods.',
      },
    ];
  }
  const findings: Finding[] = [];
  const refused = refusalBy(verdict, 'cgroup-root');
  if (refused !== null) {
    findings.push({
      code: 'cgroup-root-unusable',
      severity: 'error',
      subject: root.name,
      message: `the kubelet cannot use its cgroupRoot, which is ${root.path} here: ${refused}`,
      evidence: [root.source],
      remedy:
        'Leave cgroupRoot out, which means /. Else it must be there before the kubelet, with every controller and no process of its own; cgprep does not make it.',
    });
  }
  if (driver.value === 'systemd' && sliceMeant(root.name) !== root.path) {
    findings.push({
      code: 'cgroup-root-renamed',
      severity: 'warning',
      subject: root.name,
      message: `with the systemd driver the cgroupRoot ${root.name} is ${root.path}: the kubelet reads it as a plain path and adds .slice itself`,
      evidence: [root.source],
      remedy: 'Leave cgroupRoot out; or write one word without .slice, hyphen or slash: /pods is /pods.slice.',
    });
  }
  return findings;
}

/** The slice that a name is meant to be: itself, or itself with the suffix. */
function sliceMeant(name: string): string {
  return `/${name.replace(/^\//, '').replace(/\.slice$/, '')}.slice`;
}
