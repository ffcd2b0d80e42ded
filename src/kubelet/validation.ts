import type { HostFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import { memoryQoS, onCgroupV1, reservedMemory } from './validation-memory.ts';
import { fieldProblems, reservedCpus } from './validation-fields.ts';
import type { Problem } from './validation-fields.ts';
import { goQuote } from './go-quote.ts';
import type { KubeletRefusal } from './case.ts';
import { rulesFor } from './versions.ts';
import type { KubeletRules } from './rules.ts';

const FIELD = 'enforceNodeAllocatable (--enforce-node-allocatable)';
const INTRODUCTION = 'failed to validate kubelet configuration, error: ';
const QOS = 'cgroupsPerQOS (--cgroups-per-qos)';

/** ValidateKubeletConfiguration as far as the reserved cgroups depend on it: every problem at once, as one list. */
export function validationErrors(config: KubeletConfig, host: HostFacts): KubeletRefusal | null {
  const rules = rulesFor(config.version.value);
  const problems = [
    ...qosProblem(config, rules),
    ...fieldProblems(config, rules),
    ...enforcementProblems(config, rules),
    ...reservedCpus(config, rules),
    ...reservedMemory(config),
    ...onCgroupV1(config, host, rules),
    ...memoryQoS(config, rules),
  ];
  const first = problems[0];
  if (first === undefined) return null;
  // NewAggregate (apimachinery, util/errors) prints each text once.
  const texts = [...new Set(problems.map(({ text }) => text))];
  return {
    rule: first.rule,
    message: `${rules.validationIntroduced ? INTRODUCTION : ''}${texts.length === 1 ? first.text : `[${texts.join(', ')}]`}`,
  };
}

function qosProblem(config: KubeletConfig, rules: KubeletRules): Problem[] {
  const off = !config.cgroupsPerQOS.value && rules.cgroupsPerQosCheck === 'list';
  if (!off || config.enforceNodeAllocatable.value.length === 0) return [];
  return [
    { rule: 'enforcement', text: `invalid configuration: ${FIELD} is not supported unless ${QOS} is set to true` },
  ];
}

function enforcementProblems(config: KubeletConfig, rules: KubeletRules): Problem[] {
  const problems: Problem[] = [];
  const say = (rule: string, text: string): void => {
    problems.push({ rule, text: `invalid configuration: ${text}` });
  };
  const keys = config.enforceNodeAllocatable.value;
  if (rules.compressibleKeys) bothForms(keys, say);
  keys.forEach((key, at) => {
    if (rules.duplicatesRejected && keys.indexOf(key) < at) {
      say('enforcement', `duplicated enforcements ${goQuote(key)} in ${FIELD}`);
      return;
    }
    oneKey(config, key, rules, say);
    const asked = rules.cgroupsPerQosCheck === 'entry' && key !== 'none' && isKnown(key, rules);
    if (asked && !config.cgroupsPerQOS.value) {
      say('enforcement', `${QOS} must be set to true when ${goQuote(key)} contained in ${FIELD}`);
    }
  });
  return problems;
}

/** What is wrong with one key of enforceNodeAllocatable by itself. */
function oneKey(config: KubeletConfig, key: string, rules: KubeletRules, say: Say): void {
  const quote = rules.keyQuote;
  if (!isKnown(key, rules)) {
    say('enforcement', `option ${goQuote(key)} specified for ${FIELD}. Valid options are ${validOptions(rules)}`);
  } else if (key === 'none') {
    if (config.enforceNodeAllocatable.value.length === 1) return;
    const text = `${FIELD} may not contain additional enforcements when ${quote}none${quote} is specified`;
    say('enforcement', text);
  } else if (key !== 'pods') {
    nameless(config, key, rules, say);
  }
}

function validOptions(rules: KubeletRules): string {
  if (!rules.compressibleKeys) return '"pods", "system-reserved", "kube-reserved", or "none"';
  return '"pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible" or "none"';
}

type Say = (rule: string, text: string) => void;

function bothForms(keys: readonly string[], say: Say): void {
  for (const key of ['system-reserved', 'kube-reserved']) {
    if (!keys.includes(key) || !keys.includes(`${key}-compressible`)) continue;
    say(
      'enforcement',
      `both ${goQuote(key)} and ${goQuote(`${key}-compressible`)} cannot be specified together in ${FIELD}`,
    );
  }
}

function isKnown(key: string, rules: KubeletRules): boolean {
  if (['pods', 'none', 'system-reserved', 'kube-reserved'].includes(key)) return true;
  return rules.compressibleKeys && ['system-reserved-compressible', 'kube-reserved-compressible'].includes(key);
}

/** A key without its cgroup. The kubelet tests the field, so a name that means nothing passes here. */
function nameless(config: KubeletConfig, key: string, rules: KubeletRules, say: Say): void {
  const kube = key.startsWith('kube');
  const name = kube ? config.kubeReservedCgroup.value : config.systemReservedCgroup.value;
  if (name !== '') return;
  const field = kube
    ? 'kubeReservedCgroup (--kube-reserved-cgroup)'
    : 'systemReservedCgroup (--system-reserved-cgroup)';
  const plain = kube ? 'kube-reserved' : 'system-reserved';
  const quote = rules.keyQuote;
  const tail = rules.compressibleKeys
    ? `when "${plain}" or "${plain}-compressible" included in ${FIELD}`
    : `when ${quote}${plain}${quote} contained in ${FIELD}`;
  say('cgroup-name-missing', `${field} must be specified ${tail}`);
}
