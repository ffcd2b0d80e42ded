import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/cli/environment.ts';
import type { Report } from '../../src/model/report.ts';
import type { CapturedHost } from '../support/captured-host.ts';
import { memoryHost } from '../support/memory-environment.ts';
import { HEAD, kubeadm, nodeWith } from '../support/node-hosts.ts';

type Own = Partial<Pick<Environment, 'variables' | 'kubeletVersion'>>;

async function told(host: CapturedHost, argv = ['audit'], own: Own = {}): Promise<Report> {
  const { stdout, stderr } = await memoryHost(host, undefined, undefined, own).run(...argv, '-o', 'json');
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const DEB = '/usr/lib/systemd/system';
const DROP_IN = `${DEB}/kubelet.service.d/10-kubeadm.conf`;

describe('kubeadm', () => {
  it.each([
    ['deb', '/etc/default/kubelet'],
    ['rpm', '/etc/sysconfig/kubelet'],
  ])('from a %s package: unit, drop-in and environment files; the extra arguments win', async (_, extra) => {
    const host = nodeWith({ ...kubeadm(extra, DEB), [extra]: 'KUBELET_EXTRA_ARGS=--cgroup-driver=cgroupfs --v=2\n' });
    for (const command of ['audit', 'oneshot --dry-run']) {
      const { kubelet, host: seen, desired } = await told(host, command.split(' '));
      expect(kubelet.sources).toEqual([
        '/var/lib/kubelet/config.yaml',
        `${DEB}/kubelet.service`,
        DROP_IN,
        '/var/lib/kubelet/kubeadm-flags.env',
        extra,
      ]);
      expect(seen.cgroupDriver).toEqual({ value: 'cgroupfs', evidence: `--cgroup-driver in ${extra}` });
      expect(desired).toMatchObject([{ name: '/kube.slice', source: '/var/lib/kubelet/config.yaml:4' }]);
    }
  });

  it('what the unit hands over speaks for a variable that no file gives', async () => {
    const host = nodeWith(kubeadm('/etc/default/kubelet', DEB));
    const own = {
      KUBELET_EXTRA_ARGS: '--kube-reserved-cgroup=/own.slice',
      KUBELET_KUBEADM_ARGS: '--cgroup-driver=cgroupfs',
    };
    const { kubelet, desired, host: seen } = await told(host, ['oneshot', '--dry-run'], { variables: own });
    const source = '--kube-reserved-cgroup in the environment that systemd handed to cgprep';
    expect(desired).toMatchObject([{ name: '/own.slice', source }]);
    expect(seen.cgroupDriver.value).toBe('systemd');
    expect(kubelet.sources.at(-1)).toBe('the environment that systemd handed to cgprep');
  });

  it('before kubeadm has run, the file that the unit names is missing, and the kubelet does not start either', async () => {
    const files = kubeadm('/etc/default/kubelet', DEB);
    delete files['/var/lib/kubelet/config.yaml'];
    await expect(told(nodeWith(files))).rejects.toThrow(
      /\/var\/lib\/kubelet\/config.yaml.*does not exist[^]*does not start without it/,
    );
  });

  it.each([
    ['--kubelet-args', '--cgroup-driver=cgroupfs', '--cgroup-driver'],
    ['--kubelet-config', '/k.yaml', '/k.yaml:3'],
  ])('%s is all that counts', async (option, value, evidence) => {
    const host = nodeWith({
      ...kubeadm('/x', DEB),
      '/x': 'KUBELET_EXTRA_ARGS=--cgroup-driver=x',
      '/k.yaml': `${HEAD}cgroupDriver: cgroupfs\n`,
    });
    expect((await told(host, ['audit', option, value])).host.cgroupDriver.evidence).toBe(evidence);
  });
});

describe('a running kubelet', () => {
  const running = {
    '/proc/7/comm': 'kubelet\n',
    '/proc/7/cmdline': '',
    '/proc/90/comm': 'kubelet\n',
    '/proc/90/status': 'Name:\tkubelet\nNSpid:\t90\t12\n',
    '/proc/90/cmdline': '/kind/bin/kubelet\0--cgroup-driver=kind\0',
    '/proc/812/comm': 'kubelet\n',
    '/proc/812/status': 'Name:\tkubelet\nNSpid:\t812\n',
    '/proc/812/cmdline': '/usr/bin/kubelet\0--config\0/k.yaml\0--cgroup-driver=systemd\0--node-labels=\0',
    '/k.yaml': `${HEAD}cgroupDriver: cgroupfs\n`,
  };
  const host = nodeWith({ ...kubeadm('/etc/default/kubelet', DEB), ...running });

  it('comes before its unit in an audit; the kubelet of a node in a container is passed over', async () => {
    const { kubelet, host: seen } = await told(host);
    expect(kubelet.sources).toEqual(['/k.yaml', 'running kubelet, PID 812']);
    expect(seen.cgroupDriver.evidence).toBe('--cgroup-driver in running kubelet, PID 812');
  });

  it('is not looked for by oneshot, which prepares for the next', async () => {
    expect((await told(host, ['oneshot', '--dry-run'])).kubelet.sources).not.toContain('running kubelet, PID 812');
  });
});

describe('the units of distributions', () => {
  it('kubespray: the flags in kubelet.env', async () => {
    const unit = '/etc/systemd/system/kubelet.service';
    const host = nodeWith({
      [unit]: `[Service]
EnvironmentFile=-/etc/kubernetes/kubelet.env
ExecStartPre=-/bin/mkdir -p /sys/fs/cgroup/cpu/kube.slice
ExecStart=/usr/local/bin/kubelet \\
\t\t$KUBE_LOGTOSTDERR \\
\t\t$KUBE_LOG_LEVEL \\
\t\t$KUBELET_API_SERVER \\
\t\t$KUBELET_ARGS \\
\t\t$DOCKER_SOCKET
`,
      '/etc/kubernetes/kubelet.env': `KUBE_LOG_LEVEL="--v=2"
KUBELET_ARGS="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \\
--config=/etc/kubernetes/kubelet-config.yaml \\
--kubeconfig=/etc/kubernetes/kubelet.conf \\
 "
`,
      '/etc/kubernetes/kubelet-config.yaml': `${HEAD}cgroupDriver: systemd\nkubeReservedCgroup: /kube.slice\n`,
    });
    const { kubelet, desired } = await told(host);
    expect(kubelet.sources).toEqual(['/etc/kubernetes/kubelet-config.yaml', unit, '/etc/kubernetes/kubelet.env']);
    expect(desired).toMatchObject([{ name: '/kube.slice' }]);
  });

  it('EKS on Amazon Linux 2023: the file and its drop-ins', async () => {
    const host = nodeWith({
      '/etc/systemd/system/kubelet.service': `[Service]
Slice=runtime.slice
EnvironmentFile=/etc/eks/kubelet/environment
ExecStart=/usr/bin/kubelet $NODEADM_KUBELET_ARGS
`,
      '/etc/eks/kubelet/environment':
        'NODEADM_KUBELET_ARGS="--cloud-provider=external --config=/etc/kubernetes/kubelet/config.json --config-dir=/etc/kubernetes/kubelet/config.json.d --hostname-override=ip-10"\n',
      '/etc/kubernetes/kubelet/config.json': JSON.stringify({
        kind: 'KubeletConfiguration',
        apiVersion: 'kubelet.config.k8s.io/v1beta1',
        cgroupDriver: 'systemd',
        kubeReservedCgroup: '/runtime',
        systemReservedCgroup: '/system',
      }),
      '/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf': JSON.stringify({
        kind: 'KubeletConfiguration',
        apiVersion: 'kubelet.config.k8s.io/v1beta1',
        kubeReservedCgroup: '/mine',
      }),
    });
    const { kubelet, desired } = await told(host);
    expect(kubelet.sources).toEqual([
      '/etc/kubernetes/kubelet/config.json',
      '/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf',
      '/etc/systemd/system/kubelet.service',
      '/etc/eks/kubelet/environment',
    ]);
    expect(desired.map(({ path }) => path)).toEqual(['/system.slice', '/mine.slice']);
  });

  it('AKS: flags in /etc/default/kubelet and in the environment of drop-ins', async () => {
    const host = nodeWith({
      '/etc/systemd/system/kubelet.service': `[Service]
EnvironmentFile=/etc/default/kubelet
ExecStart=/usr/local/bin/kubelet \\
        --enable-server \\
        --node-labels="\${KUBELET_NODE_LABELS}" \\
        --v=2 \\
        $KUBELET_CONTAINERD_FLAGS \\
        $KUBELET_CGROUP_FLAGS \\
        $KUBELET_FLAGS
`,
      '/etc/systemd/system/kubelet.service.d/10-cgroupv2.conf':
        '[Service]\nEnvironment="KUBELET_CGROUP_FLAGS=--cgroup-driver=systemd"\n',
      '/etc/default/kubelet': `KUBELET_FLAGS=--enforce-node-allocatable=pods,kube-reserved --kube-reserved=cpu=100m,memory=1843Mi --kube-reserved-cgroup=/kubereserved.slice
KUBELET_NODE_LABELS=agentpool=a,role=b
`,
    });
    const { kubelet, desired, host: seen, verdict } = await told(host);
    expect(kubelet.sources).toHaveLength(3);
    expect(kubelet.enforceNodeAllocatable).toEqual(['pods', 'kube-reserved']);
    expect(desired).toMatchObject([
      { path: '/kubereserved.slice', source: '--kube-reserved-cgroup in /etc/default/kubelet' },
    ]);
    expect(seen.cgroupDriver.evidence).toBe(
      '--cgroup-driver in /etc/systemd/system/kubelet.service.d/10-cgroupv2.conf',
    );
    expect(verdict.message).toContain('/kubereserved.slice');
  });
});

describe.each([
  ['k3s', 'k3s.service', 'server'],
  ['rke2', 'rke2-agent.service', 'agent'],
])('the kubelet inside %s', (name, unit, role) => {
  const path = `/etc/systemd/system/${unit}`;
  const program = `/usr/local/bin/${name}`;
  const started = (args: string): Record<string, string> => ({
    [path]: `[Service]\nType=notify\nExecStartPre=-/sbin/modprobe overlay\nExecStart=${program} \\\n    ${role} \\\n${args}\n`,
  });
  const config = `/etc/rancher/${name}/config.yaml`;
  const files = {
    [config]: 'write-kubeconfig-mode: "0644"\nkubelet-arg:\n- kube-reserved-cgroup=/file.slice\n- "--v=2"\n',
    [`${config}.d/10-more.yaml`]: 'kubelet-arg+: ["system-reserved-cgroup=/more.slice"]\n',
    [`${config}.d/20-broken.yaml`]: 'a: [\n',
  };

  it('before 1.32: its own flags, and those of its configuration', async () => {
    const { kubelet, host, desired } = await told(nodeWith({ ...started(''), ...files }));
    expect(host.cgroupDriver).toEqual({ value: 'systemd', evidence: `--cgroup-driver in ${name}'s own flags` });
    expect(desired.map(({ name: cgroup, source }) => [cgroup, source])).toEqual([
      ['/more.slice', `--system-reserved-cgroup in ${config}.d/10-more.yaml`],
      ['/file.slice', `--kube-reserved-cgroup in ${config}`],
    ]);
    expect(kubelet.sources).toEqual([path, config, `${config}.d/10-more.yaml`, `${config}.d/20-broken.yaml`]);
  });

  it("the unit's arguments replace those of the configuration, and win over its own flags", async () => {
    const args = "\t'--kubelet-arg=cgroup-driver=cgroupfs' \\\n\t--kubelet-arg \\\n\tkube-reserved-cgroup=/unit.slice";
    const { host, desired } = await told(nodeWith({ ...started(args), ...files }), ['oneshot', '--dry-run']);
    expect(host.cgroupDriver.evidence).toBe(`--cgroup-driver in ${path}`);
    expect(desired).toMatchObject([{ name: '/unit.slice' }]);
  });

  it('from 1.32: the directory that it writes, and the arguments over it', async () => {
    const dropIn = `/var/lib/rancher/${name}/agent/etc/kubelet.conf.d/00-${name}-defaults.conf`;
    const text = `${HEAD}cgroupDriver: systemd\nkubeReservedCgroup: /theirs.slice\n`;
    const { host, desired } = await told(nodeWith({ ...started(''), ...files, [dropIn]: text }));
    expect(host.cgroupDriver).toEqual({ value: 'systemd', evidence: `${dropIn}:3` });
    expect(desired.map(({ name: cgroup }) => cgroup)).toEqual(['/more.slice', '/file.slice']);
  });

  it('is of the version of what it is in', async () => {
    const own: Own = {
      kubeletVersion: (asked) =>
        Promise.resolve(asked === program ? `${name} version v1.30.4+x1 (98262b5d)\ngo version go1.22` : null),
    };
    const { kubelet } = await told(nodeWith(started('')), ['audit'], own);
    expect([kubelet.version, kubelet.versionSource]).toEqual(['1.30.4+x1', `${program} --version`]);
  });
});

describe('a unit that starts the kubelet through something else', () => {
  const unit = '/etc/systemd/system/kubelet.service';
  const through = (exec: string): Promise<Report> =>
    told(nodeWith({ [unit]: `[Service]\nEnvironment=ARGS=--cgroup-driver=systemd\nExecStart=${exec}\n` }));

  it('a shell with one plain command is followed', async () => {
    const { host, kubelet } = await through("/bin/sh -c 'exec /usr/bin/kubelet $ARGS'");
    expect([host.cgroupDriver.value, kubelet.sources]).toEqual(['systemd', [unit]]);
  });

  it('a script is not, and the report says so', async () => {
    const { kubelet } = await through('/opt/start-kubelet');
    expect(kubelet.sources).toEqual([
      `${unit} (it starts /opt/start-kubelet, whose way to the kubelet cgprep does not follow)`,
    ]);
  });
});

describe('well-known places', () => {
  it('k3s: the directory alone', async () => {
    const file = '/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/00-k3s-defaults.conf';
    const { kubelet, host: seen } = await told(nodeWith({ [file]: `${HEAD}cgroupDriver: systemd\n` }));
    expect(kubelet.sources).toEqual([file]);
    expect(seen.cgroupDriver).toEqual({ value: 'systemd', evidence: `${file}:3` });
  });

  it('MicroK8s: a flag in each line', async () => {
    const file = '/var/snap/microk8s/current/args/kubelet';
    const text = `# comment
--resolv-conf=/run/systemd/resolve/resolv.conf
--kubeconfig=\${SNAP_DATA}/credentials/kubelet.config
--eviction-hard="memory.available<100Mi,nodefs.available<1Gi"
--container-runtime-endpoint=\${SNAP_COMMON}/run/containerd.sock
--cgroup-driver=cgroupfs
`;
    const { kubelet, host: seen } = await told(nodeWith({ [file]: text }));
    expect(kubelet.sources).toEqual([file]);
    expect(seen.cgroupDriver.evidence).toBe(`--cgroup-driver in ${file}`);
  });

  it("another program's file of the same name is not taken for the kubelet's", async () => {
    const kubeconfig = 'apiVersion: v1\nkind: Config\n';
    const { kubelet } = await told(nodeWith({ '/etc/kubernetes/kubelet.conf': kubeconfig }));
    expect(kubelet.sources).toEqual([]);
    const ours = await told(nodeWith({ '/etc/kubernetes/kubelet.conf': `${HEAD}cgroupDriver: systemd\n` }));
    expect(ours.kubelet.sources).toEqual(['/etc/kubernetes/kubelet.conf']);
  });

  it('a masked unit is none', async () => {
    const host = nodeWith(kubeadm('/etc/default/kubelet', DEB), { '/etc/systemd/system/kubelet.service': '/dev/null' });
    expect((await told(host)).kubelet.sources).toEqual(['/var/lib/kubelet/config.yaml']);
  });
});

describe("the kubelet's version", () => {
  const files = kubeadm('/etc/default/kubelet', DEB);
  const status = `Package: kubectl
Status: install ok installed
Version: 1.31.0-1.1

Package: kubelet
Status: hold ok installed
Version: 1.30.4-1.1
`;
  const asked: Own = {
    kubeletVersion: (program) => Promise.resolve(program === '/usr/bin/kubelet' ? 'Kubernetes v1.33.7' : null),
  };
  const versionOf = async (host: CapturedHost, argv?: string[], own?: Own): Promise<string[]> => {
    const { kubelet } = await told(host, argv, own);
    return [kubelet.version, kubelet.versionSource];
  };

  it('is that of the package', async () => {
    const host = nodeWith({ ...files, '/var/lib/dpkg/status': status });
    expect(await versionOf(host, ['audit'], asked)).toEqual(['1.30.4', '/var/lib/dpkg/status: the package kubelet']);
  });

  it("else what the unit's program says", async () => {
    expect(await versionOf(nodeWith(files), ['audit'], asked)).toEqual(['1.33.7', '/usr/bin/kubelet --version']);
    expect((await versionOf(nodeWith(files), ['audit']))[1]).toMatch(/^assumed/);
  });

  it('is not looked for by oneshot, nor where it is named', async () => {
    const host = nodeWith({ ...files, '/var/lib/dpkg/status': status });
    expect((await versionOf(host, ['oneshot', '--dry-run'], asked))[1]).toMatch(/^assumed/);
    expect(await versionOf(host, ['audit', '--kubelet-version', '1.25'], asked)).toEqual(['1.25', '--kubelet-version']);
  });

  it('of MicroK8s is that of its snap, for oneshot too', async () => {
    const snap = '/snap/microk8s/current/meta/snap.yaml';
    const host = nodeWith({
      '/var/snap/microk8s/current/args/kubelet': '--cgroup-driver=cgroupfs\n',
      [snap]: 'name: microk8s\nversion: v1.32.3\nsummary: Kubernetes\n',
    });
    expect(await versionOf(host, ['oneshot', '--dry-run'])).toEqual(['1.32.3', snap]);
  });
});

describe('--config-dir of 1.28 and 1.29', () => {
  const unit = '/etc/systemd/system/kubelet.service';
  const words =
    'flag /d specified but environment variable KUBELET_CONFIG_DROPIN_DIR_ALPHA not set, cannot start kubelet';
  const message = async (files: Record<string, string>, version: string, own: Own = {}): Promise<string | null> => {
    const host = nodeWith({ '/d/10.conf': `${HEAD}cgroupDriver: systemd\n`, ...files });
    return (await told(host, ['audit', '--kubelet-version', version], own)).verdict.message;
  };
  const started = (environment = ''): Record<string, string> => ({
    [unit]: `[Service]\n${environment}\nExecStart=/usr/bin/kubelet --config-dir=/d\n`,
  });
  const running = {
    '/proc/812/comm': 'kubelet\n',
    '/proc/812/cmdline': '/usr/bin/kubelet\0--config-dir\0/d\0',
  };

  it('needs a variable, whatever its value', async () => {
    expect(await message(started(), '1.28')).toBe(words);
    expect(await message(started(), '1.29')).toBe(words);
    const { findings } = await told(nodeWith({ '/d/10.conf': HEAD, ...started() }), [
      'audit',
      '--kubelet-version',
      '1.29',
    ]);
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain(
      'drop-in-variable',
    );
    expect(await message(started(), '1.30')).toBeNull();
    expect(await message(started('Environment=KUBELET_CONFIG_DROPIN_DIR_ALPHA='), '1.29')).toBeNull();
    const variables = { KUBELET_CONFIG_DROPIN_DIR_ALPHA: 'x' };
    expect(await message(started(), '1.29', { variables })).toBeNull();
  });

  it('of a running kubelet that is in its own environment, where that can be read', async () => {
    expect(await message(running, '1.29')).toBeNull();
    expect(await message({ ...running, '/proc/812/environ': 'PATH=/bin\0' }, '1.29')).toBe(words);
    const environ = 'PATH=/bin\0KUBELET_CONFIG_DROPIN_DIR_ALPHA=\0';
    expect(await message({ ...running, '/proc/812/environ': environ }, '1.29')).toBeNull();
  });
});
