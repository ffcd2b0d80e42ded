import { describe, expect, it } from 'vitest';
import { planned } from '../../../src/cli/audit.ts';
import { CgprepError } from '../../../src/errors.ts';
import type { CgroupFacts, HostFacts } from '../../../src/model/host.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import type { Outcome } from '../../../src/model/plan.ts';
import type { Report } from '../../../src/model/report.ts';
import { reportOf } from '../../../src/reconcile/report.ts';
import { errorObject, errorText } from '../../../src/report/error.ts';
import { renderText } from '../../../src/report/text.ts';
import { hostWith, kubeletConfig, lookAt, SYSTEMD, v1, v2 } from '../builders.ts';

const C = '/sys/fs/cgroup';
const V2 = hostWith([v2('cpu')]);

interface Given {
  readonly host?: HostFacts;
  readonly config?: Partial<KubeletConfig>;
  readonly there?: Readonly<Record<string, Partial<CgroupFacts>>>;
  readonly ignore?: readonly string[];
  readonly command?: Report['command'];
  readonly outcomes?: (planned: readonly Outcome[]) => readonly Outcome[];
}

function report({ host = V2, config, there, ignore = [], command = 'audit', outcomes = (all) => all }: Given): Report {
  const look = lookAt(host, kubeletConfig(config), there);
  return reportOf({ command, cgprepVersion: '1', ignore, inventory: null }, look, outcomes(planned(look)));
}

const text = (given: Given): string => renderText(report(given), false);
const lastLine = (given: Given): string => text(given).trimEnd().split('\n').at(-1) ?? '';
const READY = { there: { [`${C}/kube.slice`]: { controllers: ['cpu'] } } };

describe('renderText', () => {
  it.each<[string, Given, string]>([
    ['ready', READY, '✓ READY: the kubelet would start on this host.'],
    [
      'not ready',
      {},
      '✗ NOT READY: the kubelet would refuse: Failed to enforce Kube Reserved Cgroup Limits on "/kube.slice": could not read controllers for cgroup ["kube.slice"]: open /sys/fs/cgroup/kube.slice/cgroup.controllers: no such file or directory',
    ],
  ])('the last line is the verdict: %s', (_, given, want) => {
    expect(lastLine(given)).toBe(want);
  });

  it.each<[string, Given, string]>([
    ['v2', READY, 'Host      cgroup v2, systemd is not PID 1'],
    ['systemd', { host: { ...V2, systemd: SYSTEMD } }, 'Host      cgroup v2, systemd 252'],
    [
      'a systemd of which only that it runs is known',
      { host: { ...V2, systemd: { running: true, version: null } } },
      'Host      cgroup v2, systemd',
    ],
    ['v1', { host: hostWith([v1('cpu')]) }, 'Host      cgroup v1, systemd is not PID 1'],
    ['none', { host: hostWith([], { mode: 'unavailable' }) }, 'Host      no cgroups, systemd is not PID 1'],
    ['the driver and how it is known', {}, 'Driver    cgroupfs (/kubelet.yaml:3)'],
    ['the version and how it is known', {}, 'Kubelet   1.34 (--kubelet-version)'],
    ['what is enforced', {}, 'Enforces  pods, kube-reserved'],
    ['nothing enforced', { config: { enforceNodeAllocatable: { value: [], source: 'x' } } }, 'Enforces  nothing'],
    ['nothing read', { config: { sources: [] } }, 'Read      no kubelet configuration'],
  ])('the head: %s', (_, given, line) => {
    expect(text(given).split('\n')).toContain(`  ${line}`);
  });

  it('the tree has a row for each hierarchy and a column for each cgroup, aligned', () => {
    const given: Given = {
      host: hostWith([v1('cpu,cpuacct'), v1('pids')]),
      config: { systemReservedCgroup: { value: '/s', source: 'x' } },
      there: { [`${C}/cpu,cpuacct/s`]: {}, [`${C}/pids/kube.slice`]: { kind: 'unreadable' } },
    };
    expect(text(given)).toContain(`Cgroups
               /s (system-reserved, not enforced)  /kube.slice (kube-reserved)
  cpu,cpuacct  ✓ present                           ✗ missing
  pids         ✗ missing                           ? cannot look
`);
  });

  it('where no cgroup is wanted it says so', () => {
    expect(text({ config: { kubeReservedCgroup: { value: '', source: 'x' } } })).toContain(
      'Cgroups\n  none is wanted\n',
    );
  });

  it.each<[string, Given, string]>([
    ['nothing', READY, 'Plan\n  nothing to do\n'],
    [
      'an audit',
      {},
      `Plan (what cgprep oneshot would do; nothing was touched)\n  planned  make ${C}/kube.slice  the kubelet looks`,
    ],
    [
      'a dry run',
      { command: 'oneshot' },
      `Plan (what it would do; nothing was touched)\n  planned  make ${C}/kube.slice`,
    ],
    [
      'done',
      { command: 'oneshot', outcomes: (all) => all.map((one) => ({ ...one, outcome: 'done' })) },
      `Done\n  done  make ${C}/kube.slice  the kubelet looks`,
    ],
    [
      'failed, and why',
      {
        command: 'oneshot',
        outcomes: (all) =>
          all.map((one) => ({ ...one, outcome: 'failed', error: { kind: 'rejected', message: 'no more (ENOSPC)' } })),
      },
      `Done\n  failed  make ${C}/kube.slice  the kubelet looks for its kube-reserved cgroup here: no more (ENOSPC)\n`,
    ],
  ])('the plan: %s', (_, given, want) => {
    expect(text(given)).toContain(want);
  });

  it('what is not touched stands by itself', () => {
    expect(text({ host: hostWith([v2('cpu', { readOnly: true })]) })).toContain(
      `Not touched\n  ${C}/kube.slice  ${C} is mounted read-only, and cgprep never remounts\n`,
    );
  });

  it('findings of one kind stand together, with the remedy once', () => {
    const seen = text({ host: hostWith([v1('cpu'), v1('cpuacct'), v1('memory')]) });
    expect(seen).toContain('[error] cgroup-missing (3)\n');
    expect(seen.split('→ Run cgprep oneshot, which makes it.')).toHaveLength(2);
  });

  it('an ignored finding is shown as that', () => {
    const seen = text({ host: hostWith([v1('memory')]), ignore: ['cgroup-v1'] });
    expect(seen).toContain('[ignored] cgroup-v1\n');
    expect(seen).toContain('[error] cgroup-missing\n');
  });

  it.each<[string, Given]>([
    ['ready', READY],
    ['not ready', {}],
    ['v1', { host: hostWith([v1('cpu'), v1('cpuset'), v1('memory')]), ignore: ['cgroup-v1'] }],
    ['refused', { host: hostWith([v2('cpu', { readOnly: true })]) }],
  ])('colours only colour: %s', (_, given) => {
    const coloured = renderText(report(given), true);
    // oxlint-disable-next-line no-control-regex -- an escape is what an ANSI colour begins with
    expect(coloured.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(text(given));
    expect(coloured).toContain('\u001b[');
  });

  it('what a file says can neither colour the terminal nor end a line', () => {
    const seen = text({
      config: {
        enforceNodeAllocatable: { value: ['a\u001b[31mb', 'c\nd'], source: 'x' },
        oddities: [{ kind: 'unknown-key', key: 'k\u001b[2J', source: 's', message: 'e\u001b[2Jf\ng' }],
      },
    });
    expect(seen).not.toContain('\u001b');
    expect(seen.split('\n').filter((row) => /^(?:d|g)/.test(row))).toEqual([]);
  });

  it('no line ends in a blank', () => {
    expect(text({ host: hostWith([v1('cpu'), v1('cpuset')]) })).not.toMatch(/ \n/);
  });
});

describe('an error', () => {
  const ERROR = new CgprepError('CGP_USAGE', 'no command was given', 'See cgprep --help.');
  it('as an object and as text', () => {
    expect(errorObject(ERROR)).toEqual({
      schemaVersion: 'cgprep.error/v1',
      error: { code: 'CGP_USAGE', message: 'no command was given', hint: 'See cgprep --help.' },
    });
    expect(errorText(ERROR)).toBe('cgprep: no command was given (CGP_USAGE)\n  See cgprep --help.\n');
  });
});
