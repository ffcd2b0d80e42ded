import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import type { CapturedHost } from '../support/captured-host.ts';
import { memoryHost } from '../support/memory-environment.ts';

interface RealCase {
  readonly host: CapturedHost;
  readonly config: string;
}

const C = '/sys/fs/cgroup';
const MIB = 2 ** 20;
const OUTER = 'Failed to enforce Kube Reserved Cgroup Limits on "/kube.slice": ';
const V1_MEMORY = `${C}/memory/kube.slice/memory`;

function captured(name: string): RealCase {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'real-kubelets', `${name}.json`), 'utf8')) as RealCase;
}

/** A real host on which a real kubelet started, with more in use in /kube.slice, for which 256 Mi are reserved. */
async function report(
  name: string,
  files: Readonly<Record<string, string>>,
  version: string,
  edit = (c: string) => c,
): Promise<Report> {
  const { host, config } = captured(name);
  const machine = memoryHost({ ...host, files: { ...host.files, ...files } }, edit(config));
  return JSON.parse((await machine.run('audit', '-o', 'json', '--kubelet-version', version)).stdout) as Report;
}

const LEGACY = 'bookworm-legacy-systemd-1.36-S2-k1';
const UNIFIED = 'bookworm-v2-systemd-1.36-S2-k1';
const compressible = (config: string): string => config.replace('kube-reserved,', 'kube-reserved-compressible,');

describe('memory in use above the reservation', () => {
  const used = { [`${V1_MEMORY}.usage_in_bytes`]: `${300 * MIB}\n` };
  it('v1: the kernel refuses the limit, and the kubelet ends', async () => {
    const { verdict } = await report(
      LEGACY,
      { ...used, [`${V1_MEMORY}.max_usage_in_bytes`]: `${310 * MIB}\n` },
      '1.36',
    );
    expect(verdict.message).toBe(
      `${OUTER}unable to set memory limit to 268435456 (current usage: ${300 * MIB}, peak usage: ${310 * MIB})`,
    );
  });

  it('v1, 1.20: the raw error of the write', async () => {
    const { verdict } = await report(LEGACY.replace('1.36', '1.20'), used, '1.20');
    const file = `${V1_MEMORY}.limit_in_bytes`;
    expect(verdict.message).toBe(
      `${OUTER}failed to set supported cgroup subsystems for cgroup [kube]: failed to set config for supported subsystems : failed to write "268435456" to "${file}": write ${file}: device or resource busy`,
    );
  });

  it.each<[string, Record<string, string>, ((config: string) => string) | undefined]>([
    [
      'what can be taken back does not count',
      { [`${V1_MEMORY}.stat`]: `total_inactive_file ${60 * MIB}\n` },
      undefined,
    ],
    ['compressible keys write no memory limit', {}, compressible],
  ])('v1: %s', async (_, more, edit) => {
    const { verdict } = await report(LEGACY, { ...used, ...more }, '1.36', edit);
    expect(verdict).toEqual({ kubeletStarts: true, message: null });
  });

  it('v2: the kubelet starts', async () => {
    const { verdict } = await report(UNIFIED, { [`${C}/kube.slice/memory.current`]: `${300 * MIB}\n` }, '1.36');
    expect(verdict.kubeletStarts).toBe(true);
  });
});

describe('huge pages in use', () => {
  const sizes = { '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages': '4\n' };
  it.each([
    [
      LEGACY,
      `${C}/hugetlb/kube.slice/hugetlb.2MB.usage_in_bytes`,
      `${C}/hugetlb/kube.slice/hugetlb.2MB.limit_in_bytes`,
    ],
    [UNIFIED, `${C}/kube.slice/hugetlb.2MB.current`, `${C}/kube.slice/hugetlb.2MB.max`],
  ])('%s: no limit of 0 can be written', async (name, file, written) => {
    const message = `failed to write "0": write ${written}: device or resource busy`;
    const plain = await report(name, { ...sizes, [file]: '2097152\n' }, '1.36');
    expect(plain.verdict.message).toBe(OUTER + message);
    const other = await report(name, { ...sizes, [file]: '2097152\n' }, '1.36', compressible);
    expect(other.verdict.message).toBe(OUTER.replace('Reserved', 'Reserved Compressible') + message);
  });
});
