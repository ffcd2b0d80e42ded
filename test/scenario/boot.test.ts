import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { memoryHost } from '../support/memory-environment.ts';
import { HEAD, kubeadm, nodeWith } from '../support/node-hosts.ts';

const ETC = '/etc/systemd/system';
const UNITS = join(import.meta.dirname, '..', '..', 'systemd');
const CONFIG = `${HEAD}cgroupDriver: systemd\nenforceNodeAllocatable: [pods, kube-reserved]\nkubeReserved: {cpu: 100m}\nkubeReservedCgroup: /kube.slice\n`;

function shipped(name: string, at = name): Record<string, string> {
  return { [`${ETC}/${at}`]: readFileSync(join(UNITS, name), 'utf8') };
}

/** What an audit of a kubeadm node says of its next boot. */
async function boot(files: Record<string, string>, links: Record<string, string> = {}): Promise<string[]> {
  const node = nodeWith({ ...kubeadm('/etc/default/kubelet', '/usr/lib/systemd/system'), ...files }, links);
  const report = JSON.parse((await memoryHost(node, CONFIG).run('audit', '-o', 'json')).stdout) as Report;
  return report.findings
    .filter(({ code }) => code.includes('boot'))
    .map(({ severity, code, subject }) => `${severity} ${code} ${subject}`);
}

const SERVICE = shipped('cgprep.service');
const ENABLED = { [`${ETC}/kubelet.service.wants/cgprep.service`]: `${ETC}/cgprep.service` };

describe('the units of systemd/, installed', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string[]]>([
    ['none', {}, {}, ['info not-prepared-at-boot /kube.slice']],
    ['cgprep.service, enabled', SERVICE, ENABLED, []],
    ['cgprep.service, not enabled', SERVICE, {}, ['warning boot-order cgprep.service']],
    ['the ExecStartPre= of the kubelet', shipped('kubelet.service.d/10-cgprep.conf'), {}, []],
    [
      'the slice alone, enabled',
      shipped('kube.slice'),
      { [`${ETC}/slices.target.wants/kube.slice`]: `${ETC}/kube.slice` },
      [],
    ],
    [
      "somebody's drop-in that turns the order round",
      { ...SERVICE, [`${ETC}/cgprep.service`]: (SERVICE[`${ETC}/cgprep.service`] ?? '').replace('Before=', 'After=') },
      ENABLED,
      ['warning boot-order cgprep.service'],
    ],
  ])('%s', async (_, files, links, findings) => {
    expect(await boot(files, links)).toEqual(findings);
  });

  it('oneshot, which is on the way to the start, does not look', async () => {
    const node = nodeWith(kubeadm('/etc/default/kubelet', '/usr/lib/systemd/system'));
    const { stdout } = await memoryHost(node, CONFIG).run('oneshot', '-o', 'json');
    expect((JSON.parse(stdout) as Report).findings.filter(({ code }) => code.includes('boot'))).toEqual([]);
  });
});
