import type { Look } from '../model/look.ts';
import type { Finding } from '../model/report.ts';
import { refusalBy } from './refusal.ts';

/** What the machine has, against what the kubelet's configuration makes of it. */
export function resourceFindings(look: Look): Finding[] {
  return [...overReserved(look), ...swapOn(look), ...kernelFlags(look)];
}

function overReserved({ config, verdict }: Look): Finding[] {
  const refused = refusalBy(verdict, 'over-reserved');
  if (refused === null) return [];
  return [
    {
      code: 'over-reserved',
      severity: 'error',
      subject: 'kubeReserved systemReserved evictionHard',
      message: `more is reserved than the machine has: ${refused}`,
      evidence: [
        config.kubeReserved.source,
        config.systemReserved.source,
        config.evictionHard.source,
        '/proc/meminfo',
        '/sys/devices/system/cpu/online',
      ],
      remedy: 'Reserve less in kubeReserved, systemReserved or evictionHard: together at most what the machine has.',
    },
  ];
}

function swapOn({ config, resources: { swaps }, verdict }: Look): Finding[] {
  if (swaps.length < 2 || !config.failSwapOn.value) return [];
  const refused = refusalBy(verdict, 'swap-on') !== null;
  return [
    {
      code: 'swap-on',
      severity: refused || config.found ? 'error' : 'warning',
      subject: '/proc/swaps',
      message: `the machine swaps, and a kubelet whose failSwapOn is ${config.found ? 'true' : 'left to its default'} does not start`,
      evidence: ['/proc/swaps', config.failSwapOn.source],
      remedy: 'Run swapoff -a and take swap out of /etc/fstab, or set failSwapOn: false in the kubelet configuration.',
    },
  ];
}

function kernelFlags({ config, verdict, resources }: Look): Finding[] {
  const refused = refusalBy(verdict, 'kernel-flags');
  if (refused === null) return [];
  return [
    {
      code: 'kernel-defaults',
      severity: 'error',
      subject: 'protectKernelDefaults',
      message: `with protectKernelDefaults the kubelet sets no kernel flag, and refuses what it finds: ${refused}`,
      evidence: [
        config.protectKernelDefaults.source,
        ...Object.keys(resources.kernelFlags).map((flag) => `/proc/sys/${flag}`),
      ],
      remedy:
        'Set the flags that the message names in /etc/sysctl.d, then run sysctl --system; or leave protectKernelDefaults out.',
    },
  ];
}
