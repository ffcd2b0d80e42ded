import type { Finding } from '../model/report.ts';
import type { Look } from '../model/look.ts';

/** What of the reservations has no effect, or another one than it looks. */
export function reservedFindings(look: Look): Finding[] {
  return [...notEnforced(look), ...overridden(look), ...storage(look)];
}

function notEnforced({ config, desired }: Look): Finding[] {
  if (!config.found) return [];
  return desired.cgroups
    .filter(({ enforced }) => !enforced)
    .map(({ role, name, source }) => ({
      code: 'reserved-not-enforced',
      severity: 'info',
      subject: name,
      message: `${name} is named for ${role}, which enforceNodeAllocatable does not list: the kubelet does not look at it and limits nothing there`,
      evidence: [source, config.enforceNodeAllocatable.source],
      remedy: `Nothing, if that is meant. To limit what runs there, add ${role} to enforceNodeAllocatable.`,
    }));
}

/** server.go, run: reservedSystemCPUs is systemReserved's cpu, and kubeReserved has none (1.20 to 1.36). */
function overridden({ config }: Look): Finding[] {
  const { reservedSystemCPUs, kubeReserved, systemReserved } = config;
  if (reservedSystemCPUs.value === '') return [];
  const lost = [
    { key: 'kubeReserved.cpu', map: kubeReserved },
    { key: 'systemReserved.cpu', map: systemReserved },
  ].filter(({ map }) => map.value?.['cpu'] !== undefined);
  if (lost.length === 0) return [];
  const keys = lost.map(({ key }) => key).join(' and ');
  return [
    {
      code: 'reserved-cpus-override',
      severity: 'info',
      subject: 'reservedSystemCPUs',
      message: `reservedSystemCPUs ${reservedSystemCPUs.value} takes the place of ${keys}, which the kubelet does not read`,
      evidence: [reservedSystemCPUs.source, ...lost.map(({ map }) => map.source)],
      remedy: `Leave out ${keys}, so that the file says what holds.`,
    },
  ];
}

/** The kubelet's own arithmetic knows the size of its file system; an audit that may run elsewhere does not. */
function storage({ config: { kubeReserved, systemReserved } }: Look): Finding[] {
  const key = 'ephemeral-storage';
  const given = [kubeReserved, systemReserved].filter(({ value }) => value?.[key] !== undefined);
  if (given.length === 0) return [];
  return [
    {
      code: 'storage-not-judged',
      severity: 'info',
      subject: key,
      message: `${key} is reserved; whether the file system of the kubelet's directory has as much is not looked at`,
      evidence: given.map(({ source }) => source),
      remedy: 'Compare it with the size that df /var/lib/kubelet shows: with more reserved the kubelet does not start.',
    },
  ];
}
