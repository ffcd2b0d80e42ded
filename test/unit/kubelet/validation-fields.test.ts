import { describe, expect, it } from 'vitest';
import { parseCpuset } from '../../../src/kubelet/cpuset.ts';
import { says } from './case-of.ts';

const FAILED = 'failed to validate kubelet configuration, error: ';
const INVALID = `${FAILED}invalid configuration: `;
const SWAP = 'memorySwap.swapBehavior';

describe('the fields that validation.go looks at', () => {
  it.each<[number, string, string | null]>([
    [
      36,
      'systemCgroups: /s\n',
      `${INVALID}systemCgroups (--system-cgroups) was specified and cgroupRoot (--cgroup-root) was not specified`,
    ],
    [36, 'systemCgroups: /s\ncgroupRoot: /\n', null],
    [
      36,
      'oomScoreAdj: 2000\n',
      `${INVALID}oomScoreAdj (--oom-score-adj) 2000 must be between -1000 and 1000, inclusive`,
    ],
    [
      20,
      'oomScoreAdj: -1001\n',
      `invalid configuration: oomScoreAdj (--oom-score-adj) -1001 must be between -1000 and 1000, inclusive`,
    ],
    [36, 'oomScoreAdj: -1000\n', null],
    [36, 'memorySwap: {swapBehavior: X}\n', `${INVALID}${SWAP} "X" must be one of: "", "LimitedSwap" or "NoSwap"`],
    [
      30,
      'memorySwap: {swapBehavior: UnlimitedSwap}\n',
      `${INVALID}${SWAP} "UnlimitedSwap" must be one of: "", "LimitedSwap" or "NoSwap"`,
    ],
    [36, 'memorySwap: {swapBehavior: NoSwap}\n', null],
    [36, 'memorySwap: {swapBehavior: ""}\n', null],
    [36, 'memorySwap: {}\n', null],
    [
      29,
      'memorySwap: {swapBehavior: LimitedSwap}\n',
      `${INVALID}${SWAP} cannot be set when NodeSwap feature flag is disabled`,
    ],
    [
      29,
      'featureGates: {NodeSwap: true}\nmemorySwap: {swapBehavior: NoSwap}\n',
      `${INVALID}${SWAP} "NoSwap" must be one of: "", "LimitedSwap", or "UnlimitedSwap"`,
    ],
    [29, 'featureGates: {NodeSwap: true}\nmemorySwap: {swapBehavior: UnlimitedSwap}\n', null],
    // A field that a kubelet does not know is none.
    [21, 'memorySwap: {swapBehavior: X}\n', null],
    [
      36,
      'reservedSystemCPUs: 0-x\n',
      `${INVALID}unable to parse reservedSystemCPUs (--reserved-cpus) 0-x, error: strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [
      24,
      'reservedSystemCPUs: a\n',
      `unable to parse reservedSystemCPUs (--reserved-cpus) a, error: strconv.Atoi: parsing "a": invalid syntax`,
    ],
    [36, 'reservedSystemCPUs: 0-1\n', null],
    [36, 'reservedSystemCPUs: 0,3\n', null],
    // The machine of these tests has 4.
    [36, 'reservedSystemCPUs: 3-4\n', 'Invalid cpuset "3-4" specified by --reserved-cpus'],
    // What reservedSystemCPUs takes the place of is never read.
    [36, 'reservedSystemCPUs: "0"\nkubeReserved: {cpu: 1GB}\nsystemReserved: {cpu: x}\n', null],
  ])('1.%i: %j', (minor, file, text) => {
    expect(says({ minor, file })).toBe(text);
  });

  it('all of them at once, in the order of validation.go', () => {
    const file =
      'reservedSystemCPUs: 3-1\noomScoreAdj: 1001\nsystemCgroups: /s\nenforceNodeAllocatable: [x]\nkubeReservedCgroup: /k\n';
    const order = [
      'systemCgroups',
      'oomScoreAdj',
      'option "x"',
      "can't use reservedSystemCPUs",
      'invalid range "3-1" (3 > 1)',
    ];
    const text = says({ file }) ?? '';
    expect(text.startsWith(`${FAILED}[invalid configuration: `) && text.endsWith(']')).toBe(true);
    const places = order.map((words) => text.indexOf(words));
    expect(places).toEqual(places.filter((place) => place > 0).toSorted((a, b) => a - b));
  });
});

describe('parseCpuset', () => {
  it.each([
    ['', 0],
    ['0', 1],
    ['0-3,8', 5],
    ['1,1,0-1', 2],
  ])('%j names %i processors', (text, size) => {
    expect(parseCpuset(text)).toMatchObject({ size });
  });

  it.each(['x', '1,', '1-', '-1', '1-2-3', ' 1', '2-1'])('%j is none', (text) => {
    expect(parseCpuset(text)).toHaveProperty('error');
  });
});
