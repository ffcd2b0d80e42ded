/** One resource of the node and who gets it; the parts add up to the capacity unless more is reserved than there is. */
export interface NodeResource {
  /** As the Node object names it: `cpu`, `memory`, `hugepages-2Mi`. */
  readonly resource: string;
  readonly unit: 'millicores' | 'bytes';
  readonly capacity: number;
  readonly systemReserved: number;
  readonly kubeReserved: number;
  /** The hard eviction threshold, which no pod can use. */
  readonly eviction: number;
  /** Of memory: what is set aside as huge pages, which the kubelet takes off for itself. */
  readonly hugePages: number;
  /** What the Node object will show as allocatable to pods. */
  readonly allocatable: number;
}
