import type { HostFacts } from '../model/host.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import { goFloat } from './go-number.ts';
import { goQuote } from './go-quote.ts';
import { parseQuantity } from './quantity.ts';
import type { KubeletRules } from './rules.ts';
import type { Problem } from './validation-fields.ts';
import { isAvailable } from './versions.ts';

function invalid(text: string): Problem {
  return { rule: 'validation', text: `invalid configuration: ${text}` };
}

/** validation_reserved_memory.go: only memory and huge pages, none of them zero, none twice. */
export function reservedMemory({ reservedMemory: { value } }: KubeletConfig): Problem[] {
  const seen = new Set<string>();
  return value.flatMap(({ numaNode, limits }) =>
    Object.entries(limits).flatMap(([type, text]) => {
      const problems: Problem[] = [];
      const quantity = parseQuantity(text);
      if (type !== 'memory' && !type.startsWith('hugepages-')) {
        const accepted = '[memory hugepages-<HugePageSize>]';
        const limit = `the limit type ${goQuote(type)} for NUMA node ${numaNode} is not supported`;
        problems.push(invalid(`${limit}, only ${accepted} is accepted`));
      }
      const where = `NUMA node ${numaNode} and resource ${goQuote(type)}`;
      if ('value' in quantity && quantity.sign === 0) {
        problems.push(invalid(`reserved memory may not be zero for ${where}`));
      }
      if (seen.has(where)) problems.push(invalid(`the reserved memory has a duplicate value for ${where}`));
      seen.add(where);
      return problems;
    }),
  );
}

/** validation_linux.go, from 1.31: the first of the two that a v1 host is refused for. */
export function onCgroupV1(config: KubeletConfig, host: HostFacts, rules: KubeletRules): Problem[] {
  if (host.mode === 'unified') return [];
  if (config.failCgroupV1.value && rules.failCgroupV1Text !== null)
    return [{ rule: 'fail-cgroup-v1', text: rules.failCgroupV1Text }];
  if (config.singleProcessOOMKill.value !== false) return [];
  return [invalid('singleProcessOOMKill must not be explicitly set to false when using cgroup v1')];
}

/** What belongs to MemoryQoS. That its factor is unset the kubelet finds of no file: up to 1.36 it has a default. */
export function memoryQoS(config: KubeletConfig, rules: KubeletRules): Problem[] {
  const factor = config.memoryThrottlingFactor.value;
  const policy = config.memoryReservationPolicy.value;
  const problems: Problem[] = [];
  if (factor !== null && (factor <= 0 || factor > 1)) {
    problems.push(
      invalid(`memoryThrottlingFactor ${goFloat(factor)} must be greater than 0 and less than or equal to 1.0`),
    );
  }
  const on = isAvailable(rules.memoryQoS, 'MemoryQoS', config.featureGates.value);
  if (policy === 'TieredReservation' && !on) {
    problems.push(invalid(`memoryReservationPolicy ${goQuote(policy)} requires MemoryQoS feature gate to be enabled`));
  }
  return problems;
}
