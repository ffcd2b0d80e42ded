import { judge } from '../../../src/kubelet/verdict.ts';
import { pathsOf } from '../../../src/model/desired.ts';
import type { HostFacts } from '../../../src/model/host.ts';
import type { Verdict } from '../../../src/model/report.ts';
import type { Resources } from '../../../src/model/resources.ts';
import { desire } from '../../../src/reconcile/desire.ts';
import { hostWith, NOTHING_KNOWN, treeOf, v2 } from '../builders.ts';
import { effective } from './configs.ts';

/** A machine of 4 processors and 8 GiB. */
const MACHINE: Resources = { ...NOTHING_KNOWN, cpus: 4, memoryBytes: 8 * 2 ** 30 };

interface Given {
  readonly minor?: number;
  /** The kubelet's file below its first two lines. */
  readonly file?: string | null;
  readonly args?: string | null;
  readonly host?: HostFacts;
  readonly resources?: Partial<Resources>;
}

/** What the kubelet would say on a machine on which nothing but the roots of the trees is there. */
export function verdictOf({ minor = 36, file = '', args = null, host = hostWith([v2()]), resources }: Given): Verdict {
  const config = effective(minor, file, args);
  const desired = desire(config, host, 'auto');
  const tree = treeOf(host, pathsOf(desired));
  const machine = { ...MACHINE, ...resources };
  return judge({ config, host, desired, tree, units: null, resources: machine, usage: {}, limits: {} });
}

/** The message, or null when it starts. */
export function says(given: Given): string | null {
  return verdictOf(given).message;
}
