import { describe, expect, it } from 'vitest';
import { observeBoot } from '../../../src/probe/boot.ts';
import { readerOf } from '../builders.ts';

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';
const KUBELET = { [`${LIB}/kubelet.service`]: '[Unit]\nAfter=network.target\n[Service]\nExecStart=/usr/bin/kubelet\n' };
const unit = (text: string): string => `[Unit]\n${text}\n[Service]\nExecStart=/usr/bin/cgprep oneshot\n`;

function boot(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
  slices = ['kube.slice'],
) {
  return observeBoot(readerOf({ files: { ...KUBELET, ...files }, links }), slices);
}

describe('where cgprep.service stands beside kubelet.service', () => {
  it.each<[string, Record<string, string>, 'before' | 'after' | 'unordered']>([
    ['Before=', { [`${ETC}/cgprep.service`]: unit('Before=kubelet.service') }, 'before'],
    ['nothing', { [`${ETC}/cgprep.service`]: unit('Description=x') }, 'unordered'],
    [
      "After= in the kubelet's drop-in",
      {
        [`${ETC}/cgprep.service`]: unit('Description=x'),
        [`${ETC}/kubelet.service.d/20.conf`]: '[Unit]\nAfter=\nAfter=a.service cgprep.service\n',
      },
      'before',
    ],
    [
      'After= in the wrong section is none',
      {
        [`${ETC}/cgprep.service`]: unit('Description=x'),
        [`${ETC}/kubelet.service.d/20.conf`]: '[Service]\nAfter=cgprep.service\n',
      },
      'unordered',
    ],
    [
      'by a target that both name',
      {
        [`${ETC}/cgprep.service`]: unit('Before=kubelet-dependencies.target'),
        [`${ETC}/kubelet.service.d/20.conf`]: '[Unit]\nAfter=kubelet-dependencies.target\n',
      },
      'before',
    ],
    [
      'by a unit between them',
      {
        [`${ETC}/cgprep.service`]: unit('Description=x'),
        [`${ETC}/containerd.service`]: unit('After=cgprep.service'),
        [`${ETC}/kubelet.service.d/20.conf`]: '[Unit]\nAfter=containerd.service\n',
      },
      'before',
    ],
    [
      'before what every service comes after',
      { [`${ETC}/cgprep.service`]: unit('DefaultDependencies=no\nBefore=basic.target') },
      'before',
    ],
    ['the wrong way round', { [`${ETC}/cgprep.service`]: unit('After=network.target kubelet.service') }, 'after'],
    [
      'the wrong way round, said by the kubelet',
      {
        [`${ETC}/cgprep.service`]: unit('Description=x'),
        [`${ETC}/kubelet.service.d/20.conf`]: '[Unit]\nBefore=cgprep.service\n',
      },
      'after',
    ],
  ])('%s', (_, files, order) => {
    expect(boot(files).services[0]?.order).toBe(order);
  });

  it('a chain that runs in a circle ends', () => {
    const files = Object.fromEntries(
      ['a', 'b'].map((name) => [`${ETC}/${name}.service`, unit(`After=${name === 'a' ? 'b' : 'a'}.service`)]),
    );
    const kubelet = { [`${ETC}/kubelet.service.d/20.conf`]: '[Unit]\nAfter=a.service\n' };
    expect(boot({ ...files, ...kubelet, [`${ETC}/cgprep.service`]: unit('') }).services[0]?.order).toBe('unordered');
  });

  it('what pulls it in: links of systemctl enable, and the kubelet itself', () => {
    const service = { [`${ETC}/cgprep.service`]: unit('Before=kubelet.service') };
    expect(boot(service).services[0]?.wantedBy).toEqual([]);
    const links = { [`${ETC}/kubelet.service.wants/cgprep.service`]: `${ETC}/cgprep.service` };
    expect(boot(service, links).services[0]?.wantedBy).toEqual(['kubelet.service']);
    const wants = { [`${ETC}/kubelet.service.d/20.conf`]: '[Unit]\nWants=cgprep.service\n' };
    expect(boot({ ...service, ...wants }).services[0]?.wantedBy).toEqual(['kubelet.service']);
  });

  it('none where it is not installed or masked; no kubelet, nothing to say', () => {
    expect(boot({}).services).toEqual([]);
    expect(boot({}, { [`${ETC}/cgprep.service`]: '/dev/null' }).services).toEqual([]);
    expect(observeBoot(readerOf({}), []).kubelet).toBeNull();
  });
});

describe('a kubelet inside k3s', () => {
  const K3S = { [`${LIB}/k3s-agent.service`]: '[Service]\nExecStart=/usr/local/bin/k3s agent\n' };
  const service = { [`${ETC}/cgprep.service`]: unit('Before=kubelet.service k3s-agent.service') };
  const bootWith = (links: Readonly<Record<string, string>>) =>
    observeBoot(readerOf({ files: { ...K3S, ...service }, links }), ['kube.slice']);

  it('is started by its own unit, and a link for kubelet.service starts nothing', () => {
    const { kubelet, services } = bootWith({ [`${ETC}/kubelet.service.wants/cgprep.service`]: '/x' });
    expect(kubelet).toEqual({ unit: 'k3s-agent.service', file: `${LIB}/k3s-agent.service` });
    expect(services).toEqual([
      { unit: 'cgprep.service', file: `${ETC}/cgprep.service`, order: 'before', wantedBy: [] },
    ]);
    const added = bootWith({ [`${ETC}/k3s-agent.service.wants/cgprep.service`]: '/x' });
    expect(added.services[0]?.wantedBy).toEqual(['k3s-agent.service']);
  });
});

describe("what the kubelet's own start runs", () => {
  it.each<[string, string, object | null]>([
    ['cgprep', 'ExecStartPre=-/usr/bin/cgprep oneshot', { file: `${ETC}/kubelet.service.d/10.conf`, runs: 'cgprep' }],
    [
      "a script's mkdir",
      'ExecStartPre=/bin/mkdir -p /sys/fs/cgroup/cpuset/kube.slice',
      { file: `${ETC}/kubelet.service.d/10.conf`, runs: 'mkdir' },
    ],
    ['something else', 'ExecStartPre=/bin/mkdir -p /var/lib/kubelet', null],
    ['taken back', 'ExecStartPre=/usr/bin/cgprep oneshot\nExecStartPre=', null],
    ['in another section', '[Unit]\nExecStartPre=/usr/bin/cgprep oneshot', null],
  ])('%s', (_, lines, want) => {
    expect(boot({ [`${ETC}/kubelet.service.d/10.conf`]: `[Service]\n${lines}\n` }).startPre).toEqual(want);
  });
});

describe('slices', () => {
  it('that come after the kubelet, and that come at boot', () => {
    const files = {
      [`${ETC}/kube.slice`]: '[Unit]\nAfter=kubelet.service\n',
      [`${ETC}/kubelet.service.d/10.conf`]: '[Unit]\nBefore=late.slice\n',
    };
    const links = { [`${ETC}/slices.target.wants/good.slice`]: `${ETC}/good.slice` };
    const { lateSlices, enabledSlices } = boot(files, links, ['kube.slice', 'late.slice', 'good.slice']);
    expect(lateSlices).toEqual([
      { unit: 'kube.slice', file: `${ETC}/kube.slice` },
      { unit: 'late.slice', file: `${LIB}/kubelet.service` },
    ]);
    expect(enabledSlices).toEqual(['good.slice']);
  });
});
