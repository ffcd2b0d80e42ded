import { judgedAs } from '../kubelet/verdict.ts';
import type { NamePanic } from '../model/desired.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';
import { refusalBy } from './refusal.ts';

/** Rules of the verdict that are about the configuration alone, and what to do when one of them refuses. */
const CONFIGURATION_RULES: Readonly<Record<string, string>> = {
  enforcement: 'Correct enforceNodeAllocatable as the message says.',
  'cgroup-name-missing':
    'Name the cgroup in kubeReservedCgroup or systemReservedCgroup, or take its key out of enforceNodeAllocatable.',
  'reservation-missing':
    'Reserve something in kubeReserved or systemReserved, or take the key out of enforceNodeAllocatable.',
  'reserved-cpus': 'Use either reservedSystemCPUs, with processors that the machine has, or the reserved cgroups.',
  validation: 'Correct the field that the message names.',
  eviction:
    'Write each threshold as a quantity, for example 100Mi, or as a percentage, for example 5%; a soft one needs its evictionSoftGracePeriod.',
  'cpu-manager': 'Reserve cpu in kubeReserved or systemReserved, or set cpuManagerPolicy: none.',
  'memory-manager':
    'Make reservedMemory add up to kubeReserved, systemReserved and the hard threshold of memory.available, or set memoryManagerPolicy: None.',
  'system-cgroups': 'Leave systemCgroups out.',
  quantity: 'Write a Kubernetes quantity, for example 500m or 256Mi.',
};

export function configurationFindings({ config, desired, verdict }: Look): Finding[] {
  return [
    ...assumptions(config),
    ...oddities(config),
    ...desired.panics.map(panic),
    ...refusedConfiguration(config, verdict),
    ...overlap(desired.cgroups),
  ];
}

function assumptions(config: KubeletConfig): Finding[] {
  const findings: Finding[] = [];
  if (!config.found) {
    findings.push({
      code: 'kubelet-config-not-found',
      severity: 'info',
      subject: 'kubelet',
      message: 'no kubelet configuration was found; a kubelet that enforces /kube.slice and /system.slice is assumed',
      evidence: [config.enforceNodeAllocatable.source],
      remedy: 'Name the file with --kubelet-config, or the flags with --kubelet-args.',
    });
  }
  if (config.version.source.startsWith('assumed')) {
    findings.push({
      code: 'kubelet-version-unknown',
      severity: 'info',
      subject: 'kubelet',
      message: `the kubelet's version is not known; the rules of ${config.version.value.text} are applied, the newest that this cgprep knows`,
      evidence: [config.version.source],
      remedy: 'Name it with --kubelet-version.',
    });
  }
  const known = judgedAs(config);
  if (known !== config.version.value.text) {
    findings.push({
      code: 'kubelet-version-not-covered',
      severity: 'warning',
      subject: 'kubelet',
      message: `this cgprep does not know kubelet ${config.version.value.text}; the rules of ${known} are applied`,
      evidence: [config.version.source],
      remedy: 'Use a cgprep that knows this kubelet; its changes list the versions.',
    });
  }
  return findings;
}

function oddities(config: KubeletConfig): Finding[] {
  return config.oddities.map(({ kind, key, source, message }) => ({
    code: `config-${kind}`,
    severity: 'warning',
    subject: key === '' ? source : key,
    message,
    evidence: [source],
    remedy: 'Correct the file: the kubelet goes on without a word in its exit status, but not with what was meant.',
  }));
}

function panic({ role, name, source, enforced, panic: text }: NamePanic): Finding {
  return {
    code: 'cgroup-name-panics',
    severity: enforced ? 'error' : 'warning',
    subject: name,
    message: `the kubelet dies of the ${role} cgroup name ${JSON.stringify(name)}: ${text}`,
    evidence: [source],
    remedy: 'Name a top-level slice without a hyphen, for example /kube.slice: in a slice name each hyphen is a level.',
  };
}

function refusedConfiguration(config: KubeletConfig, verdict: Look['verdict']): Finding[] {
  return Object.entries(CONFIGURATION_RULES).flatMap(([rule, remedy]) => {
    const message = refusalBy(verdict, rule);
    if (message === null) return [];
    return [
      {
        code: 'kubelet-config-refused',
        severity: 'error',
        subject: config.enforceNodeAllocatable.source,
        message,
        evidence: [...config.sources],
        remedy,
      },
    ];
  });
}

function overlap(cgroups: Look['desired']['cgroups']): Finding[] {
  const [one, two] = cgroups;
  if (one === undefined || two === undefined) return [];
  const same = one.path === two.path;
  const nested = `${one.path}/`.startsWith(`${two.path}/`) || `${two.path}/`.startsWith(`${one.path}/`);
  if (!same && !nested) return [];
  return [
    {
      code: 'reserved-cgroups-overlap',
      severity: 'warning',
      subject: `${one.name} ${two.name}`,
      message: same
        ? `both reserved cgroups are ${one.path}: the kubelet writes one limit over the other`
        : `one reserved cgroup lies in the other (${one.path}, ${two.path}), so its limit counts twice`,
      evidence: [one.source, two.source],
      remedy: 'Give each its own top-level slice, for example /kube.slice and /system.slice.',
    },
  ];
}
