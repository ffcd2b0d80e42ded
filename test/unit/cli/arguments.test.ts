import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';

const run = (command: 'audit' | 'oneshot', given: Record<string, string | boolean> = {}) => ({
  kind: 'run',
  command,
  given,
});

describe('parseArguments', () => {
  it.each([
    [['audit'], run('audit')],
    [['oneshot', '--dry-run'], run('oneshot', { dryRun: true })],
    [['--dry-run', 'oneshot'], run('oneshot', { dryRun: true })],
    [['audit', '--root', '/host'], run('audit', { root: '/host' })],
    [['audit', '--root=/host'], run('audit', { root: '/host' })],
    [['--root', '/host', 'audit'], run('audit', { root: '/host' })],
    [['audit', '-o', 'json'], run('audit', { output: 'json' })],
    [['audit', '-ojson'], run('audit', { output: 'json' })],
    [['audit', '-o=json'], run('audit', { output: 'json' })],
    [['audit', '--output=yaml'], run('audit', { output: 'yaml' })],
    [['audit', '-o', 'json', '-o', 'text'], run('audit', { output: 'text' })],
    [['audit', '--kube-reserved-cgroup=/kube.slice'], run('audit', { kubeReservedCgroup: '/kube.slice' })],
    [['audit', '--kube-reserved-cgroup', '-kube.slice'], run('audit', { kubeReservedCgroup: '-kube.slice' })],
    [['audit', '--kubelet-args', '--v=2 --config=/x'], run('audit', { kubeletArgs: '--v=2 --config=/x' })],
    [['audit', '--kubelet-args=a=b'], run('audit', { kubeletArgs: 'a=b' })],
    [['audit', '--kubelet-args='], run('audit', { kubeletArgs: '' })],
    [['audit', '--ignore='], run('audit', { ignore: '' })],
    [['audit', '--ignore', 'a,b'], run('audit', { ignore: 'a,b' })],
    [['audit', '--kubelet-args', '--version'], run('audit', { kubeletArgs: '--version' })],
    [['audit', '--kubelet-args', '-h'], run('audit', { kubeletArgs: '-h' })],
  ])('%j', (argv, want) => {
    expect(parseArguments(argv)).toEqual(want);
  });

  it.each([
    [['--version'], { kind: 'version' }],
    [['-V'], { kind: 'version' }],
    [['audit', '--version'], { kind: 'version' }],
    [['--help'], { kind: 'help', command: null }],
    [['-h'], { kind: 'help', command: null }],
    [['audit', '--help'], { kind: 'help', command: 'audit' }],
    [['--help', 'oneshot'], { kind: 'help', command: 'oneshot' }],
    [['oneshot', '--dry-run', '-h'], { kind: 'help', command: 'oneshot' }],
  ])('%j', (argv, want) => {
    expect(parseArguments(argv)).toEqual(want);
  });

  it.each([
    [[], 'no command was given', ''],
    [['repair'], '"repair" is not a command', ''],
    [['audit', 'oneshot'], '"oneshot" was not expected after the command', 'audit '],
    [['audit', '--frob'], 'there is no option "--frob"', ''],
    [['audit', '--frob=1'], 'there is no option "--frob"', ''],
    [['audit', '-x'], 'there is no option "-x"', ''],
    [['audit', '--'], 'there is no option "--"', ''],
    [['audit', '-'], 'there is no option "-"', ''],
    [['audit', '--ROOT', '/'], 'there is no option "--ROOT"', ''],
    [['audit', '--root'], '--root needs a value: DIR', ''],
    [['audit', '--root='], '--root needs a value, and an empty one was given', ''],
    [['audit', '--config', ''], '--config needs a value, and an empty one was given', ''],
    [['audit', '-o'], '--output needs a value: FORM', ''],
    [['audit', '-o', 'xml'], '--output "xml": must be one of text, json, yaml', ''],
    [['audit', '--cgroup-driver', 'Systemd'], '--cgroup-driver "Systemd": must be one of auto, systemd, cgroupfs', ''],
    [['oneshot', '--dry-run=yes'], '--dry-run takes no value, and "yes" was given', ''],
    [['audit', '--dry-run'], '--dry-run is not an option of cgprep audit', 'audit '],
    [['oneshot', '--fail-on', 'never'], '--fail-on is not an option of cgprep oneshot', 'oneshot '],
    [['frob', '--help'], '"frob" is not a command', ''],
  ])('refuses %j', (argv, message, hint) => {
    expect(() => parseArguments(argv)).toThrow(
      expect.objectContaining({ code: 'CGP_USAGE', message, hint: `See cgprep ${hint}--help.` }),
    );
  });
});
