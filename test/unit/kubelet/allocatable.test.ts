import { describe, expect, it } from 'vitest';
import { says, verdictOf } from './case-of.ts';

const INVALID = 'invalid Node Allocatable configuration. ';
/** No threshold of its own takes part. */
const NO_EVICTION = 'evictionHard: {}\n';

// The form of the numbers is Go's own of the struct, as real kubelets print it.
describe('validateNodeAllocatable', () => {
  it.each<[string, number, string, string | null]>([
    ['all of it is allowed', 36, `${NO_EVICTION}kubeReserved: {memory: 8Gi, cpu: "4"}\n`, null],
    [
      'a byte more is not',
      36,
      `${NO_EVICTION}kubeReserved: {memory: 8Gi}\nsystemReserved: {memory: "1"}\n`,
      'Resource "memory" has a reservation of {{8589934593 0} {<nil>}  DecimalSI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
    [
      '9 GiB of 8',
      36,
      `${NO_EVICTION}kubeReserved: {memory: 9Gi}\n`,
      'Resource "memory" has a reservation of {{9663676416 0} {<nil>}  BinarySI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
    [
      'until 1.29 what is left is called the capacity',
      29,
      `${NO_EVICTION}kubeReserved: {memory: 9Gi}\n`,
      'Resource "memory" has an allocatable of {{9663676416 0} {<nil>}  BinarySI}, capacity of {{-1073741824 0} {<nil>}  BinarySI}',
    ],
    [
      'both maps and the threshold count',
      36,
      'kubeReserved: {memory: 4Gi}\nsystemReserved: {memory: 4Gi}\n',
      'Resource "memory" has a reservation of {{8694792192 0} {<nil>}  BinarySI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
    [
      'a threshold in percent',
      36,
      'evictionHard: {memory.available: 60%}\nkubeReserved: {memory: 4Gi}\n',
      'Resource "memory" has a reservation of {{9448928256 0} {<nil>}  BinarySI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
    [
      'processors',
      36,
      'kubeReserved: {cpu: 3500m}\nsystemReserved: {cpu: "1"}\n',
      'Resource "cpu" has a reservation of {{4500 -3} {<nil>}  DecimalSI} but capacity of {{4000 -3} {<nil>}  DecimalSI}. Expected capacity >= reservation.',
    ],
    [
      'several resources, a blank between',
      36,
      `${NO_EVICTION}kubeReserved: {cpu: "5", memory: 9Gi}\n`,
      'Resource "cpu" has a reservation of {{5 0} {<nil>}  DecimalSI} but capacity of {{4000 -3} {<nil>}  DecimalSI}. Expected capacity >= reservation. Resource "memory" has a reservation of {{9663676416 0} {<nil>}  BinarySI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
    [
      'a number that Go holds elsewhere, as its address',
      36,
      `${NO_EVICTION}kubeReserved: {memory: 8.5Gi}\n`,
      'Resource "memory" has a reservation of {{0 0} {0xc000000000}  BinarySI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
    ['pids and storage are not known here', 36, 'kubeReserved: {pid: "9999999", ephemeral-storage: 99Ti}\n', null],
    [
      'reservedSystemCPUs stands for the processors of both',
      36,
      'kubeReserved: {cpu: "9"}\nreservedSystemCPUs: 0-3\n',
      null,
    ],
    [
      'reservedSystemCPUs is whole processors',
      36,
      'reservedSystemCPUs: 0-3\nevictionHard: {memory.available: 9Gi}\n',
      'Resource "memory" has a reservation of {{9663676416 0} {<nil>}  BinarySI} but capacity of {{8589934592 0} {<nil>}  BinarySI}. Expected capacity >= reservation.',
    ],
  ])('%s (1.%i)', (_, minor, file, text) => {
    expect(says({ minor, file })).toBe(text === null ? null : INVALID + text);
  });

  it('before the cgroups, after the quantities', () => {
    const cgroup = 'enforceNodeAllocatable: [kube-reserved]\nkubeReservedCgroup: /gone\n';
    expect(verdictOf({ file: `${cgroup}kubeReserved: {memory: 9Gi}\n` }).rule).toBe('over-reserved');
    expect(verdictOf({ file: `${cgroup}kubeReserved: {memory: 1Gi}\n` }).rule).toBe('cgroup-missing');
    expect(verdictOf({ file: `${cgroup}kubeReserved: {memory: 9Gi, cpu: 1c}\n` }).rule).toBe('quantity');
  });

  it('a machine of which nothing is known is not judged', () => {
    const file = 'kubeReserved: {memory: 9Ti, cpu: "999"}\n';
    expect(says({ file, resources: { cpus: null, memoryBytes: null } })).toBeNull();
  });
});

describe('swap that is on', () => {
  const swaps = ['Filename\tType', '/dev/sda2 partition 1 0 -2'];
  const refused = 'running with swap on is not supported, please disable swap';
  it.each<[string, Parameters<typeof says>[0], string | null]>([
    ['1.31', { minor: 31, resources: { swaps } }, `${refused} or set --fail-swap-on flag to false`],
    [
      '1.30 quotes the file',
      { minor: 30, resources: { swaps } },
      `${refused}! or set --fail-swap-on flag to false. /proc/swaps contained: [Filename\tType /dev/sda2 partition 1 0 -2]`,
    ],
    ['failSwapOn false', { file: 'failSwapOn: false\n', resources: { swaps } }, null],
    ['the heading alone', { resources: { swaps: swaps.slice(0, 1) } }, null],
  ])('%s', (_, given, text) => {
    expect(says(given)).toBe(text);
  });

  it('where no configuration was found, only the default is known', () => {
    expect(verdictOf({ file: null, resources: { swaps } }).rule).not.toBe('swap-on');
  });

  it('before the arithmetic, after the thresholds', () => {
    expect(verdictOf({ file: 'kubeReserved: {memory: 9Gi}\n', resources: { swaps } }).rule).toBe('swap-on');
    expect(verdictOf({ file: 'evictionHard: {x: 1Mi}\n', resources: { swaps } }).rule).toBe('eviction');
  });
});
