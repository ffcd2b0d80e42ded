import { describe, expect, it } from 'vitest';
import type { RuntimeFacts } from '../../../src/model/runtime.ts';
import { runtimeFacts } from '../../../src/probe/runtime.ts';
import { readerOf } from '../builders.ts';

const CONTAINERD = 'unix:///run/containerd/containerd.sock';
const MAIN = '/etc/containerd/config.toml';
const CRIO = 'unix:///var/run/crio/crio.sock';

async function facts(
  endpoint: string,
  files: Record<string, string>,
  dirs: string[] = [],
): Promise<RuntimeFacts | null> {
  return runtimeFacts(readerOf({ files, dirs }), endpoint);
}

function containerd(files: Record<string, string>): Promise<RuntimeFacts | null> {
  return facts(CONTAINERD, files);
}

const V2 = `version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
    SystemdCgroup = true
`;
const V3 = `version = 3
imports = ["/etc/containerd/conf.d/*.toml"]
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    BinaryName = ''
    SystemdCgroup = false
`;

describe('containerd', () => {
  it.each([
    ['version 2: whether it answers is open', V2, 'systemd', null, `SystemdCgroup of runc in ${MAIN}`],
    ['version 3: it answers', V3, 'cgroupfs', true, `SystemdCgroup of runc in ${MAIN}`],
    ['version 4', V3.replace('version = 3', 'version = 4').replace('= false', '= true'), 'systemd', true, /runc/],
    [
      'version 1: it does not',
      '[plugins.cri.containerd.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n[plugins.cri.containerd.runtimes.runc.options]\nSystemdCgroup = true\n',
      'systemd',
      false,
      /runc/,
    ],
    ['nothing said', 'version = 2\n', 'cgroupfs', null, `containerd's default: ${MAIN} has no SystemdCgroup`],
    ['an empty file', '', 'cgroupfs', false, /default/],
    ['no TOML', 'version = = 2\n', null, null, `${MAIN} is not TOML`],
  ])('%s', async (_, text, driver, answers, evidence) => {
    const told = await containerd({ [MAIN]: text });
    expect(told).toMatchObject({ runtime: 'containerd', driver, answers, files: [MAIN] });
    expect(told?.evidence).toMatch(evidence);
  });

  it('the default handler decides, then the others by name; what is not of runc, does not', async () => {
    const handler = (name: string, type: string, systemd: boolean): string => `
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${name}]
runtime_type = "${type}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${name}.options]
SystemdCgroup = ${systemd}
`;
    const nvidia = handler('nvidia', 'io.containerd.runc.v2', true);
    const preferred = '[plugins."io.containerd.grpc.v1.cri".containerd]\ndefault_runtime_name = "nvidia"\n';
    const runc = handler('runc', 'io.containerd.runc.v2', false);
    expect(await containerd({ [MAIN]: `version = 2\n${preferred}${runc}${nvidia}` })).toMatchObject({
      driver: 'systemd',
    });
    expect(await containerd({ [MAIN]: `version = 2\n${runc}${nvidia}` })).toMatchObject({ driver: 'cgroupfs' });
    const kata = handler('a', 'io.containerd.kata.v2', true);
    expect(await containerd({ [MAIN]: `version = 2\n${kata}` })).toMatchObject({ evidence: /default/ });
    expect(await containerd({ [MAIN]: `version = 2\n${kata}${nvidia}` })).toMatchObject({ evidence: /of nvidia/ });
  });

  it('imports: globs, relative paths, loops; version 3 merges into a section, version 2 replaces it', async () => {
    const over = V3.replace('= false', '= true').replace(/imports.*\n/, 'imports = ["../config.toml", "x.toml"]\n');
    const dropIn = '/etc/containerd/conf.d/10-nodeadm.toml';
    const three = {
      [MAIN]: V3,
      [dropIn]: over,
      '/etc/containerd/conf.d/x.tml': 'no',
      '/etc/containerd/conf.d/x.toml': '',
    };
    expect(await containerd(three)).toMatchObject({
      driver: 'systemd',
      evidence: `SystemdCgroup of runc in ${dropIn}`,
    });

    const named = '[plugins."io.containerd.grpc.v1.cri".containerd]\ndefault_runtime_name = "runc"\n';
    const two = { [MAIN]: `imports = ["more.toml"]\n${V2}`, '/etc/containerd/more.toml': named };
    expect(await containerd(two)).toMatchObject({ driver: 'cgroupfs', files: [MAIN, '/etc/containerd/more.toml'] });
    const old = { [MAIN]: V3, [dropIn]: V2 };
    expect(await containerd(old)).toMatchObject({ driver: 'systemd', answers: true });
  });

  it('k3s and MicroK8s have files of their own', async () => {
    const k3s = '/var/lib/rancher/k3s/agent/etc/containerd/config.toml';
    expect(await facts('unix:///run/k3s/containerd/containerd.sock', { [k3s]: V2, [MAIN]: V3 })).toMatchObject({
      files: [k3s],
    });
    const snap = '/var/snap/microk8s/current/args/containerd.toml';
    const socket = 'unix:///var/snap/microk8s/common/run/containerd.sock';
    expect(await facts(socket, { [snap]: V2 })).toMatchObject({ files: [snap] });
  });

  it('nothing on disk, nothing known', async () => {
    expect(await containerd({})).toBeNull();
    expect(await facts('unix:///run/other.sock', { [MAIN]: V3 })).toBeNull();
  });
});

describe('CRI-O', () => {
  it('the last file that says it counts; systemd is the default', async () => {
    const conf = '/etc/crio/crio.conf';
    const says = (value: string): string => `[crio.runtime]\ncgroup_manager = "${value}"\n`;
    expect(await facts(CRIO, {})).toBeNull();
    expect(await facts(CRIO, { [conf]: '[crio]\n' })).toMatchObject({ driver: 'systemd', answers: true });
    const files = {
      [conf]: says('systemd'),
      [`${conf}.d/10-crio.conf`]: says('cgroupfs'),
      [`${conf}.d/20-x.conf`]: '',
    };
    expect(await facts(CRIO, files)).toMatchObject({
      driver: 'cgroupfs',
      evidence: `cgroup_manager in ${conf}.d/10-crio.conf`,
      files: [conf, `${conf}.d/10-crio.conf`, `${conf}.d/20-x.conf`],
    });
    expect(await facts(CRIO, { [conf]: says('other') })).toMatchObject({ driver: null });
    expect(await facts(CRIO, { [conf]: '[' })).toMatchObject({ driver: null, evidence: `${conf} is not TOML` });
  });
});

describe('Docker', () => {
  const json = '/etc/docker/daemon.json';
  const shim = 'unix:///var/run/dockershim.sock';
  it('exec-opts, else the default of the host', async () => {
    const systemd = { 'exec-opts': ['a=b', 'native.cgroupdriver=systemd'] };
    expect(await facts(shim, { [json]: JSON.stringify(systemd) })).toMatchObject({
      runtime: 'dockershim',
      driver: 'systemd',
      answers: false,
      evidence: `native.cgroupdriver in ${json}`,
    });
    expect(await facts('unix:///run/cri-dockerd.sock', { [json]: '{}' })).toMatchObject({
      runtime: 'cri-dockerd',
      driver: 'cgroupfs',
      answers: null,
    });
    const unified = { '/usr/bin/dockerd': '', '/sys/fs/cgroup/cgroup.controllers': '' };
    expect(await facts(shim, unified, ['/run/systemd/system'])).toMatchObject({ driver: 'systemd', files: [] });
    expect(await facts(shim, {})).toBeNull();
    expect(await facts(shim, { [json]: '{' })).toMatchObject({ driver: null, evidence: `${json} is not JSON` });
  });
});
