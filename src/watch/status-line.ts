import { oneLine } from '../errors.ts';
import type { WatchStatus } from '../model/watch.ts';

/** The STATUS= line that `systemctl status` shows, sd_notify(3): one line. */
export function statusLine({ ready, message, standing, backingOff, repairs }: WatchStatus): string {
  const done = Object.values(repairs).reduce((sum, one) => sum + one.done, 0);
  const parts = [
    ready === true ? 'Ready for the kubelet' : `Not ready for the kubelet: ${message ?? 'not looked at yet'}`,
    ...(done > 0 ? [`${done} repairs`] : []),
    ...(standing.length > 0 ? [`drifted: ${standing.map(({ subject }) => subject).join(', ')}`] : []),
    ...(backingOff.length > 0 ? [`backing off from ${backingOff.join(', ')}`] : []),
  ];
  return oneLine(parts.join('; '));
}
