import type { KubeletConfig } from '../model/kubelet.ts';
import type { Look } from '../model/look.ts';
import type { Finding, Report } from '../model/report.ts';

const GUARANTEED = -997;
const BEST_EFFORT = 1000;
const GIB = 2 ** 30;

/**
 * What each daemon should have: the kubelet its own oomScoreAdj, which it sets itself; the runtimes what their
 * units say (containerd.service and crio.service -999, docker.service -500).
 */
function wantedFor(name: string, config: KubeletConfig): number {
  if (name === 'kubelet') return config.oomScoreAdj.value;
  return name === 'dockerd' ? -500 : -999;
}

/** The published form; null where nobody looked. */
export function oomOf({ oom, config, resources }: Look): Report['oom'] {
  if (oom === null) return null;
  return {
    daemons: oom.daemons.map((one) => ({ ...one, wanted: wantedFor(one.name, config) })),
    pods: {
      guaranteed: GUARANTEED,
      burstable1GiB: resources.memoryBytes === null ? null : burstable(GIB, resources.memoryBytes),
      bestEffort: BEST_EFFORT,
    },
    first: oom.first,
    complete: oom.complete,
  };
}

/** GetContainerOOMScoreAdjust of qos/policy.go for a container that requests so much: the more, the safer. */
export function burstable(request: number, capacity: number): number {
  const adjust = 1000 - Math.floor((1000 * request) / capacity);
  // 1000 + GUARANTEED is the least, and below BestEffort it stays in any case.
  return Math.min(BEST_EFFORT - 1, Math.max(1000 + GUARANTEED, adjust));
}

/** A daemon that the kernel would kill before the pods that it runs. */
export function oomFindings({ oom, config }: Look): Finding[] {
  return (oom?.daemons ?? []).flatMap(({ pid, name, scoreAdj }) => {
    const wanted = wantedFor(name, config);
    if (scoreAdj <= wanted) return [];
    const unit = { kubelet: 'kubelet', containerd: 'containerd', crio: 'crio', dockerd: 'docker' }[name] ?? name;
    const severe = scoreAdj > GUARANTEED;
    return [
      {
        code: 'oom-score-adj',
        severity: severe ? 'warning' : 'info',
        subject: name,
        message: `${name} (process ${pid}) has an oom_score_adj of ${scoreAdj} and should have ${wanted}: ${severe ? 'when memory runs out, the kernel may kill it before Guaranteed pods' : 'it is less safe than it could be'}`,
        evidence: [`/proc/${pid}/oom_score_adj`],
        remedy:
          name === 'kubelet'
            ? 'The kubelet sets its own a minute after its start; it needs to be root for that.'
            : `Put "[Service] OOMScoreAdjust=${wanted}" into a drop-in of ${unit}.service, then restart it.`,
      },
    ];
  });
}
