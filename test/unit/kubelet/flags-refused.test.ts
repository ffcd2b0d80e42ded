import { describe, expect, it } from 'vitest';
import { parseKubeletArgs } from '../../../src/kubelet/flags.ts';
import { refusal } from './configs.ts';

// The texts are the kubelet's (pflag), CSV's positions aside.
describe('a command line with which the kubelet does not start', () => {
  it.each([
    [['--fail-swap-on', 'false'], 'unknown command false'],
    [['--cgroup-root=/', 'x'], 'unknown command x'],
    [['--cgroup-root=/', '-'], 'unknown command -'],
    [['--cgroup-root=/', '--', 'x'], 'unknown command x'],
    [['--cgroup-root=/', '$KUBELET_EXTRA_ARGS'], 'the variable $KUBELET_EXTRA_ARGS, which was not expanded'],
    [['--config'], 'flag needs an argument: --config'],
    [['--kube_reserved'], 'flag needs an argument: --kube-reserved'],
    [['-v'], "flag needs an argument: 'v' in -v"],
    [['-v', 'x'], '-v: strconv.ParseInt: parsing "x": invalid syntax'],
    [['-config=/x'], "unknown shorthand flag: 'c' in -config=/x"],
    [['--=x'], 'bad flag syntax: --=x'],
    [['---x'], 'bad flag syntax: ---x'],
    [
      ['--fail-swap-on=yes'],
      'invalid argument "yes" for "--fail-swap-on" flag: strconv.ParseBool: parsing "yes": invalid syntax',
    ],
    [
      ['--kube-reserved=cpu'],
      'invalid argument "cpu" for "--kube-reserved" flag: malformed pair, expect string=string',
    ],
    [
      ['--eviction-hard=a=1'],
      'invalid argument "a=1" for "--eviction-hard" flag: malformed pair, expect string<string',
    ],
    [
      ['--eviction-soft-grace-period=a<1'],
      'invalid argument "a<1" for "--eviction-soft-grace-period" flag: malformed pair, expect string=string',
    ],
    ...[
      [
        '1Gi',
        'the reserved memory has incorrect format, expected numaNodeID:type=quantity[,type=quantity...], got 1Gi',
      ],
      [
        '0:a:b',
        'the reserved memory has incorrect format, expected numaNodeID:type=quantity[,type=quantity...], got 0:a:b',
      ],
      ['x:memory=1', 'failed to convert the NUMA node ID, exptected integer, got x'],
      ['0:memory', 'the reserved limit has incorrect value, expected type=quantatity, got memory'],
      ['0:cpu=1', 'memory type conversion error, unknown type: "cpu"'],
      ['0:memory=1GB', 'failed to parse the quantatity, expected quantatity, got 1GB'],
    ].map(([text = '', error = '']): [string[], string] => [
      [`--reserved-memory=${text}`],
      `invalid argument "${text}" for "--reserved-memory" flag: ${error}`,
    ]),
    [['--feature-gates=A'], 'invalid argument "A" for "--feature-gates" flag: malformed pair, expect string=bool'],
    [
      ['--feature-gates=A=maybe'],
      'invalid argument "A=maybe" for "--feature-gates" flag: invalid value of A: maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['--oom-score-adj=low'],
      'invalid argument "low" for "--oom-score-adj" flag: strconv.ParseInt: parsing "low": invalid syntax',
    ],
    [
      ['--oom-score-adj=09'],
      'invalid argument "09" for "--oom-score-adj" flag: strconv.ParseInt: parsing "09": invalid syntax',
    ],
    [
      ['--oom-score-adj=9999999999'],
      'invalid argument "9999999999" for "--oom-score-adj" flag: strconv.ParseInt: parsing "9999999999": value out of range',
    ],
    [
      ['--enforce-node-allocatable=a"b'],
      'invalid argument "a\\"b" for "--enforce-node-allocatable" flag: bare " in non-quoted field',
    ],
    [
      ['--enforce-node-allocatable="a"b'],
      'invalid argument "\\"a\\"b" for "--enforce-node-allocatable" flag: extraneous or missing " in quoted-field',
    ],
    [['--enforce-node-allocatable=\n'], 'invalid argument "\\n" for "--enforce-node-allocatable" flag: EOF'],
  ])('%j', (words, what) => {
    const message = `the kubelet's arguments: ${what}`;
    expect(refusal(() => parseKubeletArgs(words))).toMatchObject({ code: 'CGP_KUBELET_ARGS', message });
  });
});
