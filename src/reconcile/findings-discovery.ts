import type { Look } from '../model/look.ts';
import type { Finding } from '../model/report.ts';

/** What is to be said of the way in which the kubelet is started. */
export function discoveryFindings({ verdict, config: { dropIns, sources } }: Look): Finding[] {
  if (verdict.rule !== 'drop-in-variable') return [];
  return [
    {
      code: 'drop-in-variable',
      severity: 'error',
      subject: dropIns?.directory ?? '--config-dir',
      message: verdict.message ?? '',
      evidence: sources,
      remedy:
        'Put "[Service] Environment=KUBELET_CONFIG_DROPIN_DIR_ALPHA=1" into a drop-in of kubelet.service, or upgrade to 1.30.',
    },
  ];
}
