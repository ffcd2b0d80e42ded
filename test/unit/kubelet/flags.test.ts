import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKubeletArgs, splitArgs } from '../../../src/kubelet/flags.ts';
import { refusal } from './configs.ts';

describe('splitArgs', () => {
  it.each([
    ['', []],
    ['  --a=b\t--c \n d ', ['--a=b', '--c', 'd']],
    [`--a='b c' "d e"f`, ['--a=b c', 'd ef']],
    [`'' ""`, ['', '']],
    [`a\\ b \\"c`, ['a b', '"c']],
    [`"a\\"b\\\\c\\d \\$x" 'a\\b'`, ['a"b\\c\\d $x', 'a\\b']],
    ['--a=b \\\n  --c=d', ['--a=b', '--c=d']],
    ['--a=b\\\nc "d\\\ne"', ['--a=bc', 'de']],
    [`--k=cpu=1,memory=2Gi`, ['--k=cpu=1,memory=2Gi']],
  ])('%j', (text, words) => {
    expect(splitArgs(text)).toStrictEqual(words);
  });

  it.each([
    [`--a='b`, "a quote (') that is not closed"],
    ['--a="b', 'a quote (") that is not closed'],
    [`"a'`, 'a quote (") that is not closed'],
    ['--a\\', 'a backslash at the end'],
  ])('%j is refused', (text, what) => {
    const message = `the kubelet's arguments: ${what}`;
    expect(refusal(() => splitArgs(text))).toMatchObject({ code: 'CGP_KUBELET_ARGS', message });
  });

  it('finds again what was quoted', () => {
    const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitArgs(words.map(quoted).join(' '))).toStrictEqual(words);
      }),
    );
  });
});

/** The values of the fields, without their sources. */
function values(...words: string[]): Record<string, unknown> {
  const { fields } = parseKubeletArgs(words);
  return Object.fromEntries(Object.entries(fields).map(([key, { value }]) => [key, value]));
}

describe('parseKubeletArgs', () => {
  it('knows the flags that matter here', () => {
    const line = `/usr/bin/kubelet --config=/etc/k.yaml --config-dir /etc/k.d --runtime-cgroups=/rt
      --enforce-node-allocatable=pods,kube-reserved --kube-reserved=cpu=1 --system-reserved=pid=10
      --kube-reserved-cgroup=/kube.slice --system-reserved-cgroup /system.slice --cgroup-driver=systemd --cgroup-root=/
      --cgroups-per-qos --fail-cgroupv1=false --reserved-cpus=0-1 --kubelet-cgroups=/k --system-cgroups=/s
      --eviction-hard=memory.available<5%,nodefs.available<1Gi --eviction-soft=memory.available<9% --fail-swap-on=f
      --oom-score-adj=-5 --container-runtime-endpoint=unix:///c.sock --feature-gates=MemoryQoS=true`;
    const flags = parseKubeletArgs(splitArgs(line.replaceAll('<', '\\<')));
    expect(flags).toMatchObject({ config: '/etc/k.yaml', configDir: '/etc/k.d', runtimeCgroups: '/rt' });
    expect(flags.fields).toStrictEqual({
      enforceNodeAllocatable: { value: ['pods', 'kube-reserved'], source: '--enforce-node-allocatable' },
      kubeReserved: { value: { cpu: '1' }, source: '--kube-reserved' },
      systemReserved: { value: { pid: '10' }, source: '--system-reserved' },
      kubeReservedCgroup: { value: '/kube.slice', source: '--kube-reserved-cgroup' },
      systemReservedCgroup: { value: '/system.slice', source: '--system-reserved-cgroup' },
      cgroupDriver: { value: 'systemd', source: '--cgroup-driver' },
      cgroupRoot: { value: '/', source: '--cgroup-root' },
      cgroupsPerQOS: { value: true, source: '--cgroups-per-qos' },
      failCgroupV1: { value: false, source: '--fail-cgroupv1' },
      reservedSystemCPUs: { value: '0-1', source: '--reserved-cpus' },
      kubeletCgroups: { value: '/k', source: '--kubelet-cgroups' },
      systemCgroups: { value: '/s', source: '--system-cgroups' },
      evictionHard: { value: { 'memory.available': '5%', 'nodefs.available': '1Gi' }, source: '--eviction-hard' },
      evictionSoft: { value: { 'memory.available': '9%' }, source: '--eviction-soft' },
      failSwapOn: { value: false, source: '--fail-swap-on' },
      oomScoreAdj: { value: -5, source: '--oom-score-adj' },
      containerRuntimeEndpoint: { value: 'unix:///c.sock', source: '--container-runtime-endpoint' },
      featureGates: { value: { MemoryQoS: true }, source: '--feature-gates' },
    });
  });

  it('nothing was said', () => {
    const nothing = { config: null, configDir: null, runtimeCgroups: null, fields: {} };
    expect(parseKubeletArgs([])).toStrictEqual(nothing);
    expect(parseKubeletArgs(['hyperkube', 'kubelet'])).toStrictEqual(nothing);
    expect(parseKubeletArgs(['--config=', '--config-dir', ''])).toStrictEqual(nothing);
  });

  it.each([
    [['--enforce-node-allocatable=pods, kube-reserved'], { enforceNodeAllocatable: ['pods', ' kube-reserved'] }],
    [['--enforce-node-allocatable='], { enforceNodeAllocatable: [] }],
    [['--enforce-node-allocatable=pods,'], { enforceNodeAllocatable: ['pods', ''] }],
    [['--enforce-node-allocatable="a,b",c'], { enforceNodeAllocatable: ['a,b', 'c'] }],
    [['--enforce-node-allocatable="a""b"'], { enforceNodeAllocatable: ['a"b'] }],
    [['--enforce-node-allocatable=\n\r\na,b\r\nc'], { enforceNodeAllocatable: ['a', 'b'] }],
    [
      ['--enforce_node_allocatable', 'pods', '--enforce-node-allocatable=none'],
      { enforceNodeAllocatable: ['pods', 'none'] },
    ],
    [['--kube_reserved=cpu=1', '--kube-reserved= memory = 2 ,,cpu=3'], { kubeReserved: { cpu: '3', memory: '2' } }],
    [['--kube-reserved='], { kubeReserved: {} }],
    [['--kube-reserved=a=b=c'], { kubeReserved: { a: 'b=c' } }],
    [['--kube-reserved=error=x'], { kubeReserved: { error: 'x' } }],
    [['--feature-gates=A=t,B=0', '--feature-gates=B=T'], { featureGates: { A: true, B: true } }],
    [['--fail-swap-on=false', '--fail-swap-on'], { failSwapOn: true }],
    [['--cgroup-driver=systemd', '--cgroup-driver='], { cgroupDriver: '' }],
    [['--oom-score-adj=0x10'], { oomScoreAdj: 16 }],
    [['--oom-score-adj=-010'], { oomScoreAdj: -8 }],
    [['--oom-score-adj=-0'], { oomScoreAdj: 0 }],
    [['--cgroup-root', '--weird'], { cgroupRoot: '--weird' }],
    [['--unknown', 'value', '--cgroup-root=/a'], { cgroupRoot: '/a' }],
    [['--unknown', '-1', '--cgroup-root=/a'], { cgroupRoot: '/a' }],
    [['--unknown=x', '--other', '--cgroup-root=/a'], { cgroupRoot: '/a' }],
    [['--constructor=x', '--toString'], {}],
    [['-v', '4', '-v=4', '-v4', '-h', '-hv', '2', '--v=3', '--cgroup-root=/a', '--'], { cgroupRoot: '/a' }],
  ])('%j', (words, want) => {
    expect(values(...words)).toStrictEqual(want);
  });
});
