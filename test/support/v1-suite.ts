import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { because, lacking } from './needs.ts';
import { buildOnce, cleanTrees, v1Hierarchies } from './real-tree.ts';

/** A kubelet's configuration that asks for both reserved cgroups under their usual names. */
export const CONFIG = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failCgroupV1: false
enforceNodeAllocatable: [pods, kube-reserved, system-reserved]
kubeReserved: {cpu: 100m, memory: 256Mi}
systemReserved: {cpu: 200m, memory: 512Mi}
kubeReservedCgroup: /kube.slice
systemReservedCgroup: /system.slice
`;

export interface V1Tree {
  /** Controller → mount point. */
  readonly trees: ReadonlyMap<string, string>;
  /** Each hierarchy once. */
  readonly mounts: readonly string[];
  /** The cgroups that CONFIG asks for. */
  readonly wanted: readonly string[];
}

/** A suite on the machine's own cgroup v1 tree, which is clean before and after each test. */
export function describeOnV1(name: string, suite: (tree: V1Tree) => void): void {
  const missing = lacking('root', 'cgroup-v1', 'no-systemd');
  describe.skipIf(missing.length > 0)(`${name}${because(missing)}`, () => {
    beforeAll(buildOnce);
    beforeEach(cleanTrees);
    // The last to run: what a suite ends after a test has left the cgroups by then.
    afterEach(cleanTrees);
    const trees = v1Hierarchies();
    const mounts = [...new Set(trees.values())];
    suite({ trees, mounts, wanted: mounts.flatMap((at) => [join(at, 'kube.slice'), join(at, 'system.slice')]) });
  });
}
