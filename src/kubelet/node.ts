import type { KubeletConfig } from '../model/kubelet.ts';
import type { NodeResource } from '../model/node.ts';
import type { Resources } from '../model/resources.ts';
import { sharesOf } from './allocatable.ts';
import { inUnits } from './amount.ts';

/**
 * What the node has and what pods get of it, as the Node object will say. Source: nodestatus/setters.go, MachineInfo:
 * capacity less what is reserved, and of memory less all huge pages, none below 0 (1.20 to 1.36).
 */
export function nodeResources(config: KubeletConfig, resources: Resources): NodeResource[] {
  const huge = resources.hugePages
    .map(({ pageBytes, count }) => ({ pageBytes, bytes: pageBytes * count }))
    .filter(({ bytes }) => bytes > 0);
  const setAside = huge.reduce((sum, { bytes }) => sum + bytes, 0);
  const shared = sharesOf(config, resources).map(({ resource, ...parts }) => {
    const digits = resource === 'cpu' ? 3 : 0;
    return partsOf(resource, {
      capacity: inUnits(parts.capacity, digits),
      systemReserved: inUnits(parts.system, digits),
      kubeReserved: inUnits(parts.kube, digits),
      eviction: inUnits(parts.eviction, digits),
      hugePages: resource === 'memory' ? setAside : 0,
    });
  });
  const nothing = { systemReserved: 0, kubeReserved: 0, eviction: 0, hugePages: 0 };
  const pages = huge.map(({ pageBytes, bytes }) =>
    partsOf(`hugepages-${binary(pageBytes)}`, { capacity: bytes, ...nothing }),
  );
  return [...shared, ...pages];
}

function partsOf(resource: string, parts: Omit<NodeResource, 'resource' | 'unit' | 'allocatable'>): NodeResource {
  const taken = parts.systemReserved + parts.kubeReserved + parts.eviction + parts.hugePages;
  const unit = resource === 'cpu' ? 'millicores' : 'bytes';
  return { resource, unit, ...parts, allocatable: Math.max(0, parts.capacity - taken) };
}

/** `2Mi`, `1Gi`, `64Ki`: the canonical form of a quantity of one page. */
function binary(bytes: number): string {
  for (const [unit, size] of [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
  ] as const)
    if (bytes >= size) return `${bytes / size}${unit}`;
  return `${bytes / 1024}Ki`;
}
