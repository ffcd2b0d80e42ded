import type { KubeletConfig } from '../model/kubelet.ts';
import { parseCpuset } from './cpuset.ts';
import { goQuote } from './go-quote.ts';
import type { KubeletRules } from './rules.ts';

/** One text of validation.go, and the rule that names its finding. */
export interface Problem {
  readonly rule: string;
  readonly text: string;
}

/** The fields that validation.go looks at before enforceNodeAllocatable, in its order. */
export function fieldProblems(config: KubeletConfig, rules: KubeletRules): Problem[] {
  return [...systemCgroups(config), ...oomScoreAdj(config), ...swapBehavior(config, rules)].map((text) => ({
    rule: 'validation',
    text: `invalid configuration: ${text}`,
  }));
}

function systemCgroups({ systemCgroups: cgroups, cgroupRoot }: KubeletConfig): string[] {
  if (cgroups.value === '' || !rootIsUnset(cgroupRoot)) return [];
  return ['systemCgroups (--system-cgroups) was specified and cgroupRoot (--cgroup-root) was not specified'];
}

/** The kubelet puts `/` in for an unset root only after this check (server.go, run). */
function rootIsUnset({ value, source }: KubeletConfig['cgroupRoot']): boolean {
  return value === '' || source === 'kubelet default';
}

function oomScoreAdj({ oomScoreAdj: { value } }: KubeletConfig): string[] {
  if (value >= -1000 && value <= 1000) return [];
  return [`oomScoreAdj (--oom-score-adj) ${value} must be between -1000 and 1000, inclusive`];
}

function swapBehavior({ swapBehavior: { value }, featureGates }: KubeletConfig, rules: KubeletRules): string[] {
  const known = rules.swapBehaviors;
  // An empty word is the zero value of the struct, which is as good as none.
  if (known === null || value === null || value === '') return [];
  if (!(featureGates.value['NodeSwap'] ?? rules.nodeSwap))
    return ['memorySwap.swapBehavior cannot be set when NodeSwap feature flag is disabled'];
  if (known.words.includes(value)) return [];
  return [`memorySwap.swapBehavior ${goQuote(value)} must be one of: ${known.text}`];
}

/** It tests the cgroup fields and not whether they are enforced. */
export function reservedCpus(config: KubeletConfig, rules: KubeletRules): Problem[] {
  const cpus = config.reservedSystemCPUs.value;
  if (cpus === '') return [];
  const say = (rule: string, text: string): Problem => ({
    rule,
    text: rules.cpusTextPrefixed ? `invalid configuration: ${text}` : text,
  });
  const problems: Problem[] = [];
  if (config.kubeReservedCgroup.value !== '' || config.systemReservedCgroup.value !== '') {
    const text =
      "can't use reservedSystemCPUs (--reserved-cpus) with systemReservedCgroup (--system-reserved-cgroup) or kubeReservedCgroup (--kube-reserved-cgroup)";
    problems.push(say('reserved-cpus', text));
  }
  const parsed = parseCpuset(cpus);
  if ('error' in parsed) {
    const text = `unable to parse reservedSystemCPUs (--reserved-cpus) ${cpus}, error: ${parsed.error}`;
    problems.push(say('validation', text));
  }
  return problems;
}
