import { processors } from './amounts.ts';
import { isUnified } from './host.ts';
import type { KubeletFile, Start } from './host.ts';

const FLAG = '(--enforce-node-allocatable)';
const PREFIX = 'invalid configuration: ';

function options(minor: number): { known: string[]; listed: string } {
  if (minor < 32) {
    return {
      known: ['pods', 'system-reserved', 'kube-reserved', 'none'],
      listed: '"pods", "system-reserved", "kube-reserved", or "none"',
    };
  }
  return {
    known: [
      'pods',
      'system-reserved',
      'system-reserved-compressible',
      'kube-reserved',
      'kube-reserved-compressible',
      'none',
    ],
    listed:
      '"pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible" or "none"',
  };
}

function missingCgroup(side: 'system' | 'kube', minor: number): string {
  const must = `${side}ReservedCgroup (--${side}-reserved-cgroup) must be specified when`;
  if (minor <= 24) return `${must} '${side}-reserved' contained in enforceNodeAllocatable ${FLAG}`;
  if (minor <= 31) return `${must} "${side}-reserved" contained in enforceNodeAllocatable ${FLAG}`;
  return `${must} "${side}-reserved" or "${side}-reserved-compressible" included in enforceNodeAllocatable ${FLAG}`;
}

/** What is wrong with one entry of the list by itself. */
function wrongEntry(key: string, minor: number, config: KubeletFile): string[] {
  const wrong: string[] = [];
  const { known, listed } = options(minor);
  for (const side of ['system', 'kube'] as const) {
    const keys = minor >= 32 ? [`${side}-reserved`, `${side}-reserved-compressible`] : [`${side}-reserved`];
    if (keys.includes(key) && (config[`${side}ReservedCgroup`] ?? '') === '') wrong.push(missingCgroup(side, minor));
  }
  if (!known.includes(key)) {
    wrong.push(
      `option ${JSON.stringify(key)} specified for enforceNodeAllocatable ${FLAG}. Valid options are ${listed}`,
    );
  }
  if (minor >= 31 && config.cgroupsPerQOS === false && key !== 'none') {
    wrong.push(
      `cgroupsPerQOS (--cgroups-per-qos) must be set to true when ${JSON.stringify(key)} contained in enforceNodeAllocatable ${FLAG}`,
    );
  }
  return wrong;
}

function wrongEnforcement(minor: number, config: KubeletFile): string[] {
  const keys = config.enforceNodeAllocatable ?? ['pods'];
  const wrong: string[] = [];
  for (const side of ['system', 'kube']) {
    const both = keys.includes(`${side}-reserved`) && keys.includes(`${side}-reserved-compressible`);
    if (minor >= 32 && both) {
      wrong.push(
        `both "${side}-reserved" and "${side}-reserved-compressible" cannot be specified together in enforceNodeAllocatable ${FLAG}`,
      );
    }
  }
  if (minor <= 30 && config.cgroupsPerQOS === false && keys.length > 0) {
    wrong.push(
      `enforceNodeAllocatable ${FLAG} is not supported unless cgroupsPerQOS (--cgroups-per-qos) is set to true`,
    );
  }
  if (keys.includes('none') && keys.length > 1) {
    const none = minor <= 24 ? "'none'" : '"none"';
    wrong.push(`enforceNodeAllocatable ${FLAG} may not contain additional enforcements when ${none} is specified`);
  }
  for (const [index, key] of keys.entries()) {
    if (minor >= 31 && keys.indexOf(key) < index)
      wrong.push(`duplicated enforcements ${JSON.stringify(key)} in enforceNodeAllocatable ${FLAG}`);
    wrong.push(...wrongEntry(key, minor, config));
  }
  return wrong;
}

function wrongFields(minor: number, config: KubeletFile): string[] {
  const wrong: string[] = [];
  const cpus = config.reservedSystemCPUs ?? '';
  const cgroups = (config.systemReservedCgroup ?? '') + (config.kubeReservedCgroup ?? '');
  if (cpus !== '' && cgroups !== '') {
    const text =
      "can't use reservedSystemCPUs (--reserved-cpus) with systemReservedCgroup (--system-reserved-cgroup) or kubeReservedCgroup (--kube-reserved-cgroup)";
    wrong.push(minor <= 24 ? text : PREFIX + text);
  }
  if (processors(cpus) === null) wrong.push(`…unable to parse reservedSystemCPUs (--reserved-cpus) ${cpus}, error: …`);
  if ((config.systemCgroups ?? '') !== '' && (config.cgroupRoot ?? '') === '') {
    wrong.push(
      `${PREFIX}systemCgroups (--system-cgroups) was specified and cgroupRoot (--cgroup-root) was not specified`,
    );
  }
  const score = config.oomScoreAdj ?? -999;
  if (score < -1000 || score > 1000) {
    wrong.push(`${PREFIX}oomScoreAdj (--oom-score-adj) ${score} must be between -1000 and 1000, inclusive`);
  }
  return wrong;
}

/** cgroup v1's end. The field came with 1.31, and its default changed with 1.35. */
function wrongMode({ files, minor, config }: Start): string[] {
  if (minor < 31 || isUnified(files) || !(config.failCgroupV1 ?? minor >= 35)) return [];
  const state = minor <= 34 ? 'is in maintenance mode' : 'is unsupported and will be removed in a future release';
  return [`kubelet is configured to not run on a host using cgroup v1. cgroup v1 support ${state}`];
}

/** Everything that validation finds, each text once. The kubelet prints several in brackets. */
export function validation(start: Start): string | null {
  const { minor, config } = start;
  const wrong = [
    ...wrongEnforcement(minor, config).map((text) => PREFIX + text),
    ...wrongFields(minor, config),
    ...wrongMode(start),
  ];
  const texts = [...new Set(wrong)];
  if (texts.length === 0) return null;
  return texts.length === 1 ? (texts[0] ?? null) : `[${texts.join(', ')}]`;
}
