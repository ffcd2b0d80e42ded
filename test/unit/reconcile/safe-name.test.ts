import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translate } from '../../../src/kubelet/names.ts';
import type { CgroupDriver } from '../../../src/model/cgroup.ts';
import { CgprepError, oneLine } from '../../../src/errors.ts';
import { assertSafeName } from '../../../src/reconcile/safe-name.ts';

/** What is wrong with a name, without file and key; null when it is accepted; the panic's text when there is one. */
function problem(name: string, driver: CgroupDriver = 'cgroupfs'): string | null {
  const translation = translate(name, driver);
  if ('panic' in translation) return translation.panic;
  const prefix = oneLine(`/kubelet.yaml:7: kubeReservedCgroup ${JSON.stringify(name)} `);
  try {
    assertSafeName('kubeReservedCgroup', name, translation.path, '/kubelet.yaml:7');
    return null;
  } catch (error) {
    if (!(error instanceof CgprepError)) throw error;
    expect([error.code, error.message.startsWith(prefix), error.message.includes('\n')]).toEqual([
      'CGP_CGROUP_NAME',
      true,
      false,
    ]);
    return error.message.slice(prefix.length);
  }
}

const DOTS = 'has a ".." in it, which leads out of the cgroup tree';
const DOT = 'has a "." in it; write it without';
const ROOT = 'means the root cgroup, which holds the whole machine';
const only = (what: string): string =>
  `has ${what} in it; a cgroup is named with letters, digits and : _ . @ \\ - only`;
const file = (part: string): string => `has the part "${part}", which is a file of every cgroup`;
const kernels = (part: string): string => `has the part "${part}", a name that the kernel keeps for its own files`;

describe('assertSafeName', () => {
  it.each([
    ['/', ROOT],
    ['//', ROOT],
    ['.', DOT],
    ['/.', DOT],
    ['/./.', DOT],
    ['/a/./b', DOT],
    ['..', DOTS],
    ['/..', DOTS],
    ['/../x', DOTS],
    ['a/../../x', DOTS],
    ['/a/..', DOTS],
    ['/a/../b', DOTS],
    ['/kube\0', only('a NUL')],
    ['/kube\nslice', only('a newline')],
    ['/kube\tslice', only('a tab')],
    ['/kube slice', only('a space')],
    ['/kübe', only('the character "ü"')],
    ['/🙂', only('the character "🙂"')],
    ['/kube*', only('the character "*"')],
    ['/%i.slice', only('the character "%"')],
    ['/\u202ekube', only('the character "\u202e"')],
    [`/${'a'.repeat(256)}`, 'has a part of 256 bytes; at most 255 are allowed'],
    [`/${Array.from({ length: 16 }, () => 'a'.repeat(64)).join('/')}`, 'is 1040 bytes long; cgprep makes at most 1024'],
    ['/1'.repeat(17), 'is 17 levels deep; cgprep makes at most 16'],
    ['/tasks', file('tasks')],
    ['/a/notify_on_release', file('notify_on_release')],
    ['/release_agent/b', file('release_agent')],
    ['/cgroup.procs', kernels('cgroup.procs')],
    ['/cpu.shares', kernels('cpu.shares')],
    ['/memory.foo', kernels('memory.foo')],
    ['/hugetlb.2MB.max', kernels('hugetlb.2MB.max')],
    ['/a/cpuset.cpus/b', kernels('cpuset.cpus')],
    ['/net_cls.classid', kernels('net_cls.classid')],
    ['/kubepods', 'lies in kubepods, which belongs to the pods'],
    ['/kubepods/burstable', 'lies in kubepods, which belongs to the pods'],
    ['/kubepods.slice', 'lies in kubepods.slice, which belongs to the pods'],
    ['/init.scope', 'lies in init.scope, which belongs to systemd'],
  ])('cgroupfs: refuses %j', (name, want) => {
    expect(problem(name)).toBe(want);
  });

  it.each([
    ['kubepods', 'lies in kubepods.slice, which belongs to the pods'],
    ['/kubepods-burstable.slice', 'lies in kubepods.slice, which belongs to the pods'],
    ['-.slice', ROOT],
    ['.slice', ROOT],
    ['/a/../kube.slice', DOTS],
    ['/kube slice', only('a space')],
    ['-kube.slice', 'error converting cgroup name [[ kube]] to systemd format: invalid slice name: -kube.slice'],
    ['a--b.slice', 'error converting cgroup name [[a  b]] to systemd format: invalid slice name: a--b.slice'],
  ])('systemd: refuses %j', (name, want) => {
    expect(problem(name, 'systemd')).toBe(want);
  });

  it.each([
    '/kube.slice',
    'kube',
    '/a/b/c',
    '/system.slice/kubelet.service',
    '/cpu',
    '/memory.slice',
    '/cpu_shares',
    '/my.memory.max',
    '/pods',
    '/kubepods2',
    '/a/kubepods',
    '/user@1000.service',
    '/dev-sda\\x2d1',
    '/a:b',
    `/${'a'.repeat(255)}`,
    '/1'.repeat(16),
    '/a//b/',
  ])('cgroupfs: accepts %j', (name) => {
    expect(problem(name)).toBeNull();
  });

  it('the hint has a name for the same role', () => {
    expect(() => {
      assertSafeName('systemReservedCgroup', '/', '/', 'x');
    }).toThrow(expect.objectContaining({ hint: expect.stringContaining('/system.slice') }));
  });

  /** Files that real kernels (4.18 to 6.18) have in a cgroup directory, some of each controller. */
  const KERNELS = `tasks notify_on_release release_agent cgroup.procs cgroup.clone_children cgroup.sane_behavior
    cgroup.event_control cgroup.controllers cgroup.subtree_control cgroup.type cgroup.kill cgroup.freeze cgroup.events
    cpu.shares cpu.max cpu.weight.nice cpu.cfs_quota_us cpu.pressure cpuacct.usage cpuacct.usage_percpu cpuset.cpus
    cpuset.cpus.exclusive cpuset.mems memory.max memory.limit_in_bytes memory.kmem.tcp.limit_in_bytes memory.oom.group
    memory.zswap.max io.max io.bfq.weight blkio.throttle.read_bps_device pids.max pids.current hugetlb.2MB.max
    hugetlb.1GB.limit_in_bytes rdma.max misc.max misc.events.local dmem.max devices.allow freezer.state
    net_cls.classid net_prio.ifpriomap debug.taskcount irq.pressure perf_event.x`.split(/\s+/);

  const part = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('', '.', '..', 'a', 'kube.slice', 'init.scope', 'kubepods', ...KERNELS) },
    { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z\n\0 \\:.@_-]{0,6}$/) },
  );
  const anyName = fc
    .tuple(fc.constantFrom('', '/'), fc.array(part, { maxLength: 18 }))
    .map(([lead, parts]) => lead + parts.join('/'));

  it('an accepted name stays in the tree and hides nothing of the kernel, with either driver', () => {
    fc.assert(
      fc.property(anyName, fc.constantFrom<CgroupDriver>('cgroupfs', 'systemd'), (name, driver) => {
        fc.pre(problem(name, driver) === null);
        const translation = translate(name, driver);
        const path = 'path' in translation ? translation.path : '';
        const parts = path.split('/').slice(1);
        expect(path).toMatch(/^(?:\/[!-.0-~]+)+$/);
        expect(parts.filter((one) => ['', '.', '..'].includes(one) || KERNELS.includes(one))).toEqual([]);
        expect(['init.scope', 'kubepods', 'kubepods.slice']).not.toContain(parts[0]);
        expect(parts.length).toBeLessThanOrEqual(16);
      }),
      { numRuns: 800 },
    );
  });
});
