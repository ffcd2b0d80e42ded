import type { ErrorCode } from '../errors.ts';
import { ERROR_CODES } from '../errors.ts';
import type { ActionError, Outcome, RefusalReason } from '../model/plan.ts';
import type { Look } from '../model/look.ts';

const BY_ERROR: Readonly<Record<ActionError['kind'], ErrorCode>> = {
  permission: 'CGP_PERMISSION',
  'read-only': 'CGP_READ_ONLY',
  temporary: 'CGP_TEMPORARY',
  unsupported: 'CGP_HOST_UNSUPPORTED',
  rejected: 'CGP_HOST_REJECTED',
};

const BY_REFUSAL: Readonly<Record<RefusalReason, ErrorCode>> = {
  'read-only': 'CGP_READ_ONLY',
  'not-the-hosts-root': 'CGP_HOST_UNSUPPORTED',
  'holds-processes': 'CGP_HOST_REJECTED',
  threaded: 'CGP_HOST_REJECTED',
  'unit-refused': 'CGP_HOST_REJECTED',
  'name-escaped': 'CGP_HOST_UNSUPPORTED',
};

/**
 * The exit status of `oneshot` after its last look. What does not stop the kubelet
 * does not change it; where the kubelet would refuse, the reason why we could not
 * help comes before the plain "not ready".
 */
export function statusAfter({ host, verdict, plan }: Look, outcomes: readonly Outcome[]): number {
  if (host.mode === 'unavailable') return ERROR_CODES.CGP_NO_CGROUPS.status;
  if (verdict.kubeletStarts) return 0;
  const failed = outcomes.find(({ action, error }) => action.needed && error !== null);
  if (failed?.error) return ERROR_CODES[BY_ERROR[failed.error.kind]].status;
  if (outcomes.some(({ action, outcome }) => action.needed && outcome === 'stale'))
    return ERROR_CODES.CGP_TEMPORARY.status;
  const refusal = plan.refusals.find(({ needed }) => needed);
  return refusal === undefined ? 1 : ERROR_CODES[BY_REFUSAL[refusal.reason]].status;
}
