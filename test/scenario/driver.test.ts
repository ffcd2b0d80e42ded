import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import type { RuntimeAnswer } from '../../src/model/runtime.ts';
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

describe('a runtime that was asked', () => {
  const SOCKET = '/run/containerd/containerd.sock';
  const WHO = 'containerd 2.1.4';

  async function asking(
    config: RuntimeAnswer['config'],
    version: string,
    body: string,
    files: Record<string, string> = {},
    argv: string[] = ['audit'],
  ): Promise<{ report: Report; asked: string[] }> {
    const asked: string[] = [];
    const askRuntime = (socket: string): Promise<RuntimeAnswer | null> => {
      asked.push(socket);
      return Promise.resolve(
        socket === SOCKET || socket === '/x.sock' ? { socket, name: 'containerd', version: '2.1.4', config } : null,
      );
    };
    const machine = memoryHost(nodeWith(files), `${HEAD}${body}\n`, undefined, { askRuntime });
    const { stdout } = await machine.run(...argv, '-o', 'json', '--kubelet-version', version);
    return { report: JSON.parse(stdout) as Report, asked };
  }

  const codesOf = ({ findings }: Report): string[] =>
    findings.filter(({ code }) => /^(?:runtime-|driver-mismatch)/.test(code)).map(({ code }) => code);

  it('decides for a kubelet that asks, whatever its files say', async () => {
    const { report, asked } = await asking({ kind: 'driver', number: 0 }, '1.31', 'cgroupDriver: cgroupfs', {
      ...containerd(3, false),
    });
    const evidence = `RuntimeConfig of ${WHO} on ${SOCKET}, which containerd tells the kubelet`;
    expect(report.host.cgroupDriver).toEqual({ value: 'systemd', evidence });
    expect(report.host.runtime).toEqual({
      socket: SOCKET,
      name: 'containerd',
      version: '2.1.4',
      cgroupDriver: 'systemd',
      silence: null,
    });
    expect(report.kubelet.sources).toEqual(['/kubelet.yaml', SOCKET]);
    expect([codesOf(report), asked]).toEqual([[], [SOCKET]]);
  });

  it('has a line of its own in the text', async () => {
    const lineFor = async (answer: Omit<RuntimeAnswer, 'socket'>): Promise<string | undefined> => {
      const askRuntime = (socket: string): Promise<RuntimeAnswer> => Promise.resolve({ socket, ...answer });
      const { stdout } = await memoryHost(nodeWith({}), HEAD, undefined, { askRuntime }).run('audit');
      return /^  Runtime +(.*)$/m.exec(stdout)?.[1];
    };
    const who = { name: 'cri-o', version: '1.31.0' };
    expect(await lineFor({ ...who, config: { kind: 'driver', number: 1 } })).toBe(
      `cri-o 1.31.0 on ${SOCKET}: cgroupfs`,
    );
    expect(await lineFor({ name: null, version: null, config: { kind: 'failed', why: 'a\u001b[31m' } })).toBe(
      `${SOCKET}: a\\x1b[31m`,
    );
  });

  it('and is a mismatch for one that does not ask', async () => {
    const { report } = await asking({ kind: 'driver', number: 0 }, '1.30', 'cgroupDriver: cgroupfs');
    expect(report.host.cgroupDriver).toEqual({ value: 'cgroupfs', evidence: '/kubelet.yaml:3' });
    expect(codesOf(report)).toEqual(['driver-mismatch']);
  });

  it('with an unknown driver, is the end of a kubelet that asks, in its own words', async () => {
    const told = { kind: 'driver', number: 7 } as const;
    const { report } = await asking(told, '1.36', 'cgroupDriver: systemd');
    expect(report.verdict).toEqual({ kubeletStarts: false, message: 'runtime returned an unknown cgroup driver 7' });
    expect(codesOf(report)).toEqual(['runtime-driver-unknown']);
    const before = await asking(told, '1.30', 'cgroupDriver: systemd');
    expect([codesOf(before.report), before.report.verdict.message]).toEqual([[], null]);
  });

  it.each([
    ['unimplemented', 'RuntimeConfig is not implemented'],
    ['no-driver', 'an answer without a cgroup driver'],
  ] as const)('with %s leaves what is configured, and the mismatch is then sure', async (kind, silence) => {
    const { report } = await asking({ kind }, '1.36', 'cgroupDriver: cgroupfs', containerd(2, true));
    const evidence = `/kubelet.yaml:3; ${WHO} does not tell the kubelet its own`;
    expect(report.host.cgroupDriver).toEqual({ value: 'cgroupfs', evidence });
    expect(report.host.runtime?.silence).toBe(silence);
    expect(report.findings.find(({ code }) => code === 'driver-mismatch')?.severity).toBe('error');
  });

  it.each([
    ['1.36', { kind: 'failed', why: 'it is no socket' }, 'warning'],
    ['1.30', { kind: 'failed', why: 'it is no socket' }, 'info'],
    ['1.36', { kind: 'not-allowed', why: 'EACCES' }, 'info'],
  ] as const)('%s: without an answer its files count, and one line says so: %o', async (version, config, severity) => {
    const { report } = await asking(config, version, 'cgroupDriver: systemd', containerd(3, true));
    expect(report.host.cgroupDriver.value).toBe('systemd');
    expect(report.host.runtime?.silence).toBe(config.why);
    expect(codesOf(report)).toEqual(['runtime-silent']);
    expect(report.findings.find(({ code }) => code === 'runtime-silent')?.severity).toBe(severity);
  });

  it('is asked where the kubelet is told, else where runtimes usually listen, and by unix sockets alone', async () => {
    const told = { kind: 'driver', number: 1 } as const;
    const where = async (endpoint: string): Promise<string[]> =>
      (await asking(told, '1.36', `containerRuntimeEndpoint: ${endpoint}`)).asked;
    expect(await where('unix:///x.sock')).toEqual(['/x.sock']);
    expect(await where('/x.sock')).toEqual(['/x.sock']);
    expect(await where('unix:///run/other.sock')).toEqual(['/run/other.sock']);
    expect(await where('tcp://127.0.0.1:1')).toEqual([]);
  });

  it('is not asked by oneshot, nor below another root', async () => {
    const told = { kind: 'driver', number: 0 } as const;
    const once = await asking(told, '1.36', 'cgroupDriver: cgroupfs', {}, ['oneshot', '--dry-run']);
    expect([once.asked, once.report.host.runtime, once.report.host.cgroupDriver.value]).toEqual([[], null, 'cgroupfs']);
    const elsewhere = await asking(told, '1.36', 'cgroupDriver: cgroupfs', {}, ['audit', '--root', '/proc']);
    expect([elsewhere.asked, elsewhere.report.host.runtime]).toEqual([[], null]);
  });
});
