import { describe, expect, it } from 'vitest';
import { isSystemds, obstacle } from '../../../src/reconcile/ownership.ts';
import { hostWith, SYSTEMD, v1, v2 } from '../builders.ts';

describe('isSystemds', () => {
  it.each([
    ['a slice in cpu', v1('cpu,cpuacct'), '/kube.slice', true],
    ['a slice in name=systemd', v1('systemd'), '/kube.slice', true],
    ['a slice in pids', v1('pids'), '/kube.slice', true],
    ['a slice in cpuset, which systemd never makes on v1', v1('cpuset'), '/kube.slice', false],
    ['a slice in hugetlb, which systemd never makes', v1('hugetlb'), '/kube.slice', false],
    ['a slice on v2, whatever the controllers', v2('cpuset hugetlb'), '/kube.slice', true],
    ['a nested slice where systemd nests it', v2(), '/a.slice/a-b.slice', true],
    ['a nested slice where systemd does not', v2(), '/a.slice/b.slice', false],
    ['no slice', v2(), '/kubereserved', false],
    ['a service', v2(), '/system.slice/kubelet.service', false],
    ['something below a slice', v2(), '/kube.slice/kubelet', false],
    ['a name that systemd keeps under another (_cpu.slice)', v2(), '/cpu.slice', false],
    ['the root', v2(), '/', false],
  ])('where systemd is PID 1: %s', (_, hierarchy, path, want) => {
    const host = hostWith([hierarchy], { systemd: SYSTEMD });
    expect(isSystemds(host, hierarchy, path, null)).toBe(want);
    expect(isSystemds({ ...host, systemd: null }, hierarchy, path, null), 'without systemd everything is ours').toBe(
      false,
    );
  });
});

describe('a slice that systemd holds for active', () => {
  const host = hostWith([v2()], { systemd: SYSTEMD });
  it.each([
    ['active', false],
    ['inactive', true],
    ['activating', true],
  ])('is %s: systemd makes it: %s', (activeState, want) => {
    const units = { 'kube.slice': { loadState: 'loaded', activeState, loadError: null, properties: {} } };
    expect(isSystemds(host, v2(), '/kube.slice', units)).toBe(want);
  });
});

describe('obstacle', () => {
  const root = { kind: 'directory', type: null } as const;
  it.each([
    ['nothing', v1('cpu'), root, undefined],
    ['a read-only mount', v1('cpu', { readOnly: true }), root, 'read-only'],
    ['a mounted subdirectory', v1('cpu', { root: '/docker/abc' }), root, 'not-the-hosts-root'],
    ['a mount from before the cgroup namespace', v2('cpu', { root: '/..' }), root, 'not-the-hosts-root'],
    ['a "root" that has a cgroup.type', v2(), { kind: 'directory', type: 'domain' }, 'not-the-hosts-root'],
    [
      'both, and the container is the better reason',
      v2('cpu', { readOnly: true, root: '/..' }),
      root,
      'not-the-hosts-root',
    ],
    ['a root that was not looked at', v2(), undefined, undefined],
  ] as const)('%s', (_, hierarchy, facts, reason) => {
    const found = obstacle(hierarchy, facts);
    expect(found?.reason).toBe(reason);
    if (found !== null) expect(found.why).toContain(hierarchy.mountpoint);
  });
});
