import { cgroupRoot, isSystemd, lacking, unmounted } from './existence.ts';
import type { Start } from './host.ts';
import { internalName, pathOf, quoted } from './names.ts';
import { overReserved, swapOn, unreadable } from './reservations.ts';
import { validation } from './validation.ts';
import { refusedWrite } from './writes.ts';

/** `…` in a message stands for any text. */
export interface Answer {
  readonly starts: boolean;
  readonly message: string | null;
}

/** The order in which the keys are carried out, whatever the order of the list. */
const KEYS = [
  ['system-reserved', 'systemReserved', 'System Reserved'],
  ['kube-reserved', 'kubeReserved', 'Kube Reserved'],
  ['system-reserved-compressible', 'systemReserved', 'System Reserved Compressible'],
  ['kube-reserved-compressible', 'kubeReserved', 'Kube Reserved Compressible'],
] as const;

/** The drivers' own check, when the kubelet makes kubepods: no systemd, no cgroups. */
function noSystemd(start: Start): string | null {
  if (!isSystemd(start) || start.config.cgroupsPerQOS === false || start.files.exists('/run/systemd/system'))
    return null;
  return start.minor <= 24
    ? '…systemd cgroup manager not available'
    : '…systemd not running on this host, cannot use systemd cgroups manager';
}

function enforce(start: Start): string | null {
  const wanted = start.config.enforceNodeAllocatable ?? ['pods'];
  const filled = new Set<string>();
  for (const [key, side, words] of KEYS) {
    if (!wanted.includes(key)) continue;
    const configured = start.config[`${side}Cgroup`] ?? '';
    const outer = `Failed to enforce ${words} Cgroup Limits on ${JSON.stringify(configured)}: `;
    const name = internalName(configured, isSystemd(start));
    let reserved = start.config[side] ?? {};
    if ((start.config.reservedSystemCPUs ?? '') !== '' && side === 'kubeReserved') {
      reserved = Object.fromEntries(Object.entries(reserved).filter(([resource]) => resource !== 'cpu'));
    }
    if (Object.keys(reserved).length === 0)
      return `${outer}${quoted(name)} cgroup is not ${start.minor <= 24 ? 'config' : 'configured'} properly`;
    const found = pathOf(name, isSystemd(start));
    if ('panic' in found) return found.panic;
    const text =
      lacking(start, name, found.path, `${quoted(name)} cgroup does not exist`, true) ??
      refusedWrite(start, { path: found.path, reserved, compressible: key.endsWith('-compressible') }, filled);
    if (text !== null) return outer + text;
  }
  return null;
}

/** In the order of the kubelet's start; the first that is not content ends it. */
const STEPS = [validation, unreadable, swapOn, cgroupRoot, overReserved, unmounted, noSystemd, enforce] as const;

/** Whether the kubelet would start, and its last words if not. */
export function naiveKubelet(start: Start): Answer {
  for (const step of STEPS) {
    const message = step(start);
    if (message !== null) return { starts: false, message };
  }
  return { starts: true, message: null };
}
