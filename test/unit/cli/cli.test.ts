import { describe, expect, it } from 'vitest';
import { hostFiles } from '../../support/captured-host.ts';
import { memoryHost } from '../../support/memory-environment.ts';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const HOST = hostFiles().find(({ name }) => name === 'unified-no-systemd')?.host ?? { files: {}, dirs: [], links: {} };

/** Ready, with one warning: cgroups that nothing enforces are missing. */
const WARNED = `${HEAD}enforceNodeAllocatable: [pods]\nkubeReservedCgroup: /kube.slice\n`;
const REFUSED = `${HEAD}enforceNodeAllocatable: [kube-reserved]\nkubeReserved: {cpu: 1m}\nkubeReservedCgroup: /kube.slice\n`;

describe('cli', () => {
  it.each([
    [['--version'], /^cgprep \S+\n$/],
    [['--help'], /^cgprep prepares .*\n\nUsage: /],
    [['audit', '--help'], /^cgprep audit: .*\n\nUsage: /],
  ])('%j: on standard output, and 0', async (argv, want) => {
    const { status, stdout, stderr } = await memoryHost(HOST).run(...argv);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(want);
  });

  it.each([
    ['a warning', WARNED, [], 0],
    ['a warning', WARNED, ['--fail-on', 'error'], 0],
    ['a warning', WARNED, ['--fail-on', 'warning'], 1],
    ['a warning that is ignored', WARNED, ['--fail-on', 'warning', '--ignore', 'cgroup-missing'], 0],
    ['a warning, and another is ignored', WARNED, ['--fail-on', 'warning', '--ignore', 'cgroup-v1'], 1],
    ['a kubelet that would refuse', REFUSED, [], 1],
    ['a kubelet that would refuse', REFUSED, ['--fail-on', 'never'], 0],
    ['a kubelet that would refuse, its finding ignored', REFUSED, ['--ignore', 'cgroup-missing'], 1],
  ])('audit of %s, %j %j: %i', async (_, config, argv, want) => {
    expect((await memoryHost(HOST, config).run('audit', ...argv)).status).toBe(want);
  });

  it('logs what was done on standard error, and the report stays clean', async () => {
    const { stdout, stderr } = await memoryHost(HOST, REFUSED).run('oneshot', '-o', 'json', '--log-level', 'debug');
    expect(JSON.parse(stdout)).toMatchObject({ command: 'oneshot' });
    expect(stderr).toMatch(/ debug action done id=make-directory:\/sys\/fs\/cgroup\/kube\.slice\n$/);
  });

  it('logs what failed, with the reason', async () => {
    const refuse = (call: string): string | null => (call.startsWith('mkdir') ? 'EROFS' : null);
    const { status, stderr } = await memoryHost(HOST, REFUSED, refuse).run('oneshot');
    expect(status).toBe(77);
    expect(stderr).toMatch(/ error action failed .*\(EROFS\)\n$/);
  });

  it('a fault that passes is tried again, and is no failure in the end', async () => {
    let left = 2;
    const refuse = (call: string): string | null => (call.startsWith('mkdir') && left-- > 0 ? 'EIO' : null);
    const machine = memoryHost(HOST, REFUSED, refuse);
    expect((await machine.run('oneshot')).status).toBe(0);
    expect(machine.journal).toEqual(['mkdir /sys/fs/cgroup/kube.slice']);
  });

  it('a fault that stays ends in "try again", after a few passes', async () => {
    let tried = 0;
    const refuse = (call: string): string | null => {
      if (!call.startsWith('mkdir')) return null;
      tried += 1;
      return 'EIO';
    };
    expect((await memoryHost(HOST, REFUSED, refuse).run('oneshot')).status).toBe(75);
    expect(tried).toBe(5);
  });

  it('a host that keeps moving ends in "try again"', async () => {
    const refuse = (call: string): string | null => (call.startsWith('mkdir') ? 'ENOENT' : null);
    expect((await memoryHost(HOST, REFUSED, refuse).run('oneshot')).status).toBe(75);
  });
});
