import { describe, expect, it } from 'vitest';
import type { CgroupDriver } from '../../../src/model/cgroup.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import { desire } from '../../../src/reconcile/desire.ts';
import { hostWith, kubeletConfig, SYSTEMD, v1, v2 } from '../builders.ts';

const HOST = hostWith([v2('cpu memory')]);
const value = <T>(given: T): { value: T; source: string } => ({ value: given, source: '/kubelet.yaml:9' });
const named = (kube: string, system = '', over: Partial<KubeletConfig> = {}): KubeletConfig =>
  kubeletConfig({ kubeReservedCgroup: value(kube), systemReservedCgroup: value(system), ...over });

describe('desire', () => {
  it('says everything about one cgroup', () => {
    expect(desire(named('kube-reserved', '', { cgroupDriver: value('systemd') }), HOST, 'auto')).toEqual({
      driver: { value: 'systemd', source: '/kubelet.yaml:9' },
      cgroups: [
        {
          role: 'kube-reserved',
          name: 'kube-reserved',
          source: '/kubelet.yaml:9',
          components: ['kube', 'reserved'],
          path: '/kube.slice/kube-reserved.slice',
          unit: 'kube-reserved.slice',
          enforced: true,
          controllers: ['cpu', 'memory'],
        },
      ],
      root: null,
      panics: [],
      writesCpuset: true,
    });
  });

  it("system first, in the kubelet's own order", () => {
    expect(desire(named('/k', '/s'), HOST, 'auto').cgroups.map(({ path }) => path)).toEqual(['/s', '/k']);
  });

  it.each([
    [['pods', 'kube-reserved'], { '/k': true, '/s': false }],
    [['system-reserved-compressible'], { '/k': false, '/s': true }],
    [['none'], { '/k': false, '/s': false }],
    [['kube-reservd'], { '/k': false, '/s': false }],
  ])('enforceNodeAllocatable %j', (keys, want) => {
    const { cgroups } = desire(named('/k', '/s', { enforceNodeAllocatable: value(keys) }), HOST, 'auto');
    expect(Object.fromEntries(cgroups.map(({ path, enforced }) => [path, enforced]))).toEqual(want);
  });

  it('a role without a name is not wanted, even if it is enforced', () => {
    expect(desire(named(''), HOST, 'auto')).toMatchObject({ cgroups: [], panics: [] });
  });

  it.each<[string, 'auto' | CgroupDriver, string, string]>([
    ['systemd', 'auto', 'systemd', '/kubelet.yaml:9'],
    ['cgroupfs', 'auto', 'cgroupfs', '/kubelet.yaml:9'],
    ['Systemd', 'auto', 'cgroupfs', '/kubelet.yaml:9'],
    ['', 'auto', 'cgroupfs', '/kubelet.yaml:9'],
    ['cgroupfs', 'systemd', 'systemd', '--cgroup-driver'],
    ['systemd', 'cgroupfs', 'cgroupfs', '--cgroup-driver'],
  ])('cgroupDriver %j, option %s: %s by %s', (configured, override, driver, source) => {
    expect(desire(named('/k', '', { cgroupDriver: value(configured) }), HOST, override).driver).toEqual({
      value: driver,
      source,
    });
  });

  it.each([
    ['/kube.slice', SYSTEMD, 'kube.slice'],
    ['/a.slice/a-b.slice', SYSTEMD, 'a-b.slice'],
    ['/a.slice/b.slice', SYSTEMD, null],
    ['/kubereserved', SYSTEMD, null],
    ['/kube.slice', null, null],
  ])('with the cgroupfs driver %s is a unit only where systemd runs and would put it there', (name, systemd, unit) => {
    expect(desire(named(name), { ...HOST, systemd }, 'auto').cgroups[0]?.unit).toBe(unit);
  });

  it('a name of which the kubelet dies is a panic, and the other cgroup is wanted all the same', () => {
    expect(
      desire(named('-kube.slice', 'system.slice', { cgroupDriver: value('systemd') }), HOST, 'auto'),
    ).toMatchObject({
      cgroups: [{ path: '/system.slice' }],
      panics: [
        {
          role: 'kube-reserved',
          name: '-kube.slice',
          enforced: true,
          panic: 'error converting cgroup name [[ kube]] to systemd format: invalid slice name: -kube.slice',
        },
      ],
    });
  });

  it.each([
    ['/..', '', 'kubeReservedCgroup'],
    ['/k', '/tasks', 'systemReservedCgroup'],
  ])('refuses the names %j and %j, and says by which key and where', (kube, system, key) => {
    expect(() => desire(named(kube, system), HOST, 'auto')).toThrow(
      expect.objectContaining({
        code: 'CGP_CGROUP_NAME',
        message: expect.stringMatching(new RegExp(`^/kubelet.yaml:9: ${key} `)),
      }),
    );
  });

  it('lists the controllers of every hierarchy that counts', () => {
    const host = hostWith([v1('cpu,cpuacct'), v1('blkio'), v1('hugetlb')]);
    expect(desire(named('/k'), host, 'auto').cgroups[0]?.controllers).toEqual(['cpu', 'cpuacct', 'hugetlb']);
  });
});
