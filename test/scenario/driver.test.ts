import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { memoryHost } from '../support/memory-environment.ts';
import { HEAD, nodeWith } from '../support/node-hosts.ts';

const MAIN = '/etc/containerd/config.toml';
const section = { 2: '"io.containerd.grpc.v1.cri"', 3: "'io.containerd.cri.v1.runtime'" };
const containerd = (version: 2 | 3, systemd: boolean): Record<string, string> => ({
  [MAIN]: `version = ${version}
[plugins.${section[version]}.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
[plugins.${section[version]}.containerd.runtimes.runc.options]
SystemdCgroup = ${systemd}
`,
});
const crio = (manager: string): Record<string, string> => ({
  '/etc/crio/crio.conf.d/10-crio.conf': `[crio.runtime]\ncgroup_manager = "${manager}"\n`,
});
const docker = { '/etc/docker/daemon.json': '{"exec-opts": ["native.cgroupdriver=systemd"]}' };

async function audit(
  files: Record<string, string>,
  version: string,
  body: string,
  argv: string[] = [],
): Promise<string[]> {
  const machine = memoryHost(nodeWith(files), `${HEAD}${body}\n`);
  const { stdout } = await machine.run('audit', '-o', 'json', '--kubelet-version', version, ...argv);
  const { host, findings } = JSON.parse(stdout) as Report;
  const found = findings.filter(({ code }) => code === 'driver-mismatch');
  return [host.cgroupDriver.value, ...found.map(({ severity, message }) => `${severity}: ${message}`)];
}

const CRIO_SOCKET = 'containerRuntimeEndpoint: unix:///var/run/crio/crio.sock\n';

describe('the driver of kubelet and runtime', () => {
  it.each([
    ['they agree', containerd(2, true), '1.30', 'cgroupDriver: systemd', ['systemd']],
    ['from 1.31 a runtime that answers decides', containerd(3, true), '1.31', 'cgroupDriver: cgroupfs', ['systemd']],
    ['and from then on needs no word in the file', containerd(3, true), '1.36', '', ['systemd']],
    [
      '1.30 does not ask',
      containerd(3, true),
      '1.30',
      'cgroupDriver: cgroupfs',
      ['cgroupfs', /^error: .*no pod starts/],
    ],
    [
      '1.30 does with the gate',
      containerd(3, true),
      '1.30',
      'featureGates: {KubeletCgroupDriverFromCRI: true}',
      ['systemd'],
    ],
    [
      '1.33 does not without it',
      containerd(3, false),
      '1.33',
      'cgroupDriver: systemd\nfeatureGates: {KubeletCgroupDriverFromCRI: false}',
      ['systemd', /^error: .*escape every limit/],
    ],
    [
      '1.34 has the gate locked',
      containerd(3, false),
      '1.34',
      'cgroupDriver: systemd\nfeatureGates: {KubeletCgroupDriverFromCRI: false}',
      ['cgroupfs'],
    ],
    ['a file of version 2 leaves it open', containerd(2, true), '1.36', '', ['cgroupfs', /^warning: .*new enough/]],
    ['CRI-O answers', crio('cgroupfs'), '1.31', `${CRIO_SOCKET}cgroupDriver: systemd`, ['cgroupfs']],
    [
      'CRI-O is not asked',
      crio('cgroupfs'),
      '1.30',
      `${CRIO_SOCKET}cgroupDriver: systemd`,
      ['systemd', /^error: .*no container can be created/],
    ],
    ['the dockershim does not start', docker, '1.23', '', ['cgroupfs', /^error: .*dockershim.*misconfiguration/]],
    ['1.24 has no dockershim any more', docker, '1.24', '', ['cgroupfs']],
    ['a runtime without files', {}, '1.30', '', ['cgroupfs']],
  ])('%s', async (_, files, version, body, want) => {
    const told = await audit(files, version, body);
    expect(told).toHaveLength(want.length);
    want.forEach((word, index) => {
      expect(told[index]).toMatch(word);
    });
  });

  it('kubelet 1.20 knows the endpoint as a flag', async () => {
    const machine = memoryHost(nodeWith(containerd(2, true)));
    const args = '--container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock';
    const { stdout } = await machine.run('audit', '-o', 'json', '--kubelet-version', '1.20', '--kubelet-args', args);
    const { findings } = JSON.parse(stdout) as Report;
    expect(findings.map(({ code }) => code)).toContain('driver-mismatch');
  });

  it('the runtime outranks the flag, and is the evidence', async () => {
    const machine = memoryHost(nodeWith(containerd(3, true)));
    const { stdout } = await machine.run('audit', '-o', 'json', '--kubelet-args', '--cgroup-driver=cgroupfs');
    const { host, kubelet } = JSON.parse(stdout) as Report;
    const evidence = `SystemdCgroup of runc in ${MAIN}, which containerd tells the kubelet`;
    expect(host.cgroupDriver).toEqual({ value: 'systemd', evidence });
    expect(kubelet.sources).toEqual(['--kubelet-args', MAIN]);
  });
});
