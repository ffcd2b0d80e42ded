import { judge } from '../kubelet/verdict.ts';
import { rulesFor } from '../kubelet/versions.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { Look } from '../model/look.ts';
import { probeHost } from '../probe/host.ts';
import { observeTree } from '../probe/tree.ts';
import { observeUnits } from '../probe/units.ts';
import { desire } from '../reconcile/desire.ts';
import { planFor } from '../reconcile/plan.ts';
import { unitsOfInterest } from '../reconcile/plan-systemd.ts';
import type { Session } from './session.ts';

/**
 * One whole look at the host: probe, desire, observe, judge, plan. Every pass
 * observes afresh; nothing is carried over but the kubelet's configuration.
 * @throws CgprepError CGP_CGROUP_NAME
 */
export function look({ settings, reader, systemd }: Session, config: KubeletConfig): Look {
  const host = probeHost(reader, settings.root === '/' ? 'self' : '1', rulesFor(config.version.value).v1Mount);
  const desired = desire(config, host, settings.cgroupDriver);
  const tree = observeTree(
    reader,
    host,
    desired.cgroups.map((cgroup) => cgroup.path),
  );
  const units = systemd === null ? null : observeUnits(systemd, unitsOfInterest(desired));
  const verdict = judge({ config, host, desired, tree, units });
  return { config, host, desired, tree, units, verdict, plan: planFor(host, desired, tree, units) };
}
