import { describe, expect, it } from 'vitest';
import { says } from './case-of.ts';

const GIB = 2 ** 30;
const EVICTION = 'evictionHard: {memory.available: 100Mi}\n';

describe('the CPU manager', () => {
  const NOTHING = '[cpumanager] unable to determine reserved CPU resources for static policy';
  it.each<[number, string, string | null]>([
    [36, 'cpuManagerPolicy: static\n', NOTHING],
    [20, 'cpuManagerPolicy: static\n', NOTHING],
    [36, 'cpuManagerPolicy: static\nkubeReserved: {cpu: "0", memory: 1Mi}\n', NOTHING],
    [36, 'cpuManagerPolicy: static\nkubeReserved: {cpu: 1m}\n', null],
    [36, 'cpuManagerPolicy: static\nsystemReserved: {cpu: 1m}\n', null],
    [36, 'cpuManagerPolicy: static\nreservedSystemCPUs: "0"\n', null],
    // reservedSystemCPUs takes kubeReserved's cpu away and is systemReserved's.
    [36, 'cpuManagerPolicy: static\nreservedSystemCPUs: "0"\nkubeReserved: {cpu: 500m}\n', null],
    [36, 'cpuManagerPolicy: Static\n', 'unknown policy: "Static"'],
    [36, 'cpuManagerPolicy: none\n', null],
    [36, 'cpuManagerPolicy: ""\n', null],
    [25, 'cpuManagerPolicy: static\nfeatureGates: {CPUManager: false}\n', null],
    [26, 'cpuManagerPolicy: static\nfeatureGates: {CPUManager: false}\n', NOTHING],
  ])('1.%i: %j', (minor, file, text) => {
    expect(says({ minor, file })).toBe(text);
  });
});

describe('the memory manager', () => {
  const file = (limits: string, more = ''): string =>
    `memoryManagerPolicy: Static\nkubeReserved: {memory: 1Gi}\nreservedMemory: [{numaNode: 0, limits: ${limits}}]\n${EVICTION}${more}`;
  const unequal = (total: string, type: string, wanted: string): string =>
    `the total amount "${total}" of type "${type}" is not equal to the value "${wanted}" determined by Node Allocatable feature`;
  it.each<[number, string, string | null]>([
    [36, file('{memory: 1124Mi}'), null],
    [36, file('{memory: 1150976Ki}'), null],
    [36, file('{memory: 1Gi}'), unequal('1Gi', 'memory', '1124Mi')],
    [36, file('{memory: 1.5Gi}'), unequal('1536Mi', 'memory', '1124Mi')],
    [36, file('{memory: 1G}'), unequal('1G', 'memory', '1124Mi')],
    [36, file('{memory: 1500}'), unequal('1500', 'memory', '1124Mi')],
    [36, file('{memory: 1124Mi, hugepages-1Gi: 2Gi}'), unequal('2Gi', 'hugepages-1Gi', '0')],
    [36, `memoryManagerPolicy: Static\n${EVICTION}`, unequal('0', 'memory', '100Mi')],
    [36, 'memoryManagerPolicy: Static\nevictionHard: {nodefs.available: 5%}\n', null],
    // One eighth of the machine: a percentage is whole bytes.
    [36, 'memoryManagerPolicy: Static\nevictionHard: {memory.available: 12.5%}\n', unequal('0', 'memory', '1Gi')],
    [36, 'memoryManagerPolicy: static\n', 'unknown policy: "static"'],
    [20, file('{memory: 1Gi}'), null],
    [21, file('{memory: 1Gi}'), null],
    [21, file('{memory: 1Gi}', 'featureGates: {MemoryManager: true}\n'), unequal('1Gi', 'memory', '1124Mi')],
    [22, file('{memory: 1Gi}'), unequal('1Gi', 'memory', '1124Mi')],
    [31, file('{memory: 1Gi}', 'featureGates: {MemoryManager: false}\n'), null],
    [36, file('{memory: 1Gi}').replace('Static', 'None'), null],
  ])('1.%i: %j', (minor, text, want) => {
    expect(says({ minor, file: text })).toBe(want);
  });

  it('the flag, which may be given in pieces', () => {
    const args = '--memory-manager-policy=Static --kube-reserved=memory=2Gi --eviction-hard=memory.available<1Gi';
    const whole = `${args} --reserved-memory 0:memory=1Gi --reserved-memory 1:memory=1Gi;2:memory=1Gi`;
    expect(says({ file: null, args: whole.replace('1:memory=1Gi;', "'1:memory=1Gi;").concat("'") })).toBeNull();
    expect(says({ file: null, args: `${args} --reserved-memory 0:memory=1Gi` })).toBe(unequal('1Gi', 'memory', '3Gi'));
  });

  it('a NUMA node that is not there', () => {
    const given = file('{memory: 1124Mi}').replace('numaNode: 0', 'numaNode: 2');
    expect(says({ file: given, resources: { numaNodes: [0, 1] } })).toBe(
      'the reserved memory configuration references a NUMA node 2 that does not exist on this machine',
    );
    expect(says({ file: given, resources: { numaNodes: [0, 2] } })).toBeNull();
  });

  it('a machine whose memory is not known is not judged', () => {
    expect(says({ file: file('{memory: 1Gi}'), resources: { memoryBytes: null } })).toBeNull();
  });
});

describe('soft evictions', () => {
  const soft = (limit: string, more = ''): string => `evictionSoft: {memory.available: ${limit}}\n${more}`;
  const grace = (period: string): string => `evictionSoftGracePeriod: {memory.available: ${period}}\n`;
  it.each<[string, string | null]>([
    [soft('1Gi', grace('1m30s')), null],
    [soft('1Gi', grace('"0"')), null],
    [soft('1Gi'), 'grace period must be specified for the soft eviction threshold memory.available'],
    [soft('100%'), null],
    [soft('1GB', grace('1m')), expect.stringContaining('quantities must match the regular expression')],
    [soft('"0"', grace('1m')), 'eviction threshold memory.available must be positive: 0'],
    [soft('120%', grace('1m')), 'eviction percentage threshold memory.available must be <= 100%: 120%'],
    [soft('1Gi', grace('"30"')), 'time: missing unit in duration "30"'],
    [soft('1Gi', grace('30x')), 'time: unknown unit "x" in duration "30x"'],
    [soft('1Gi', grace('soon')), 'time: invalid duration "soon"'],
    [soft('1Gi', grace('""')), 'time: invalid duration ""'],
    [soft('1Gi', grace('-1.5h')), 'invalid eviction grace period specified: -1.5h, must be a positive value'],
    ['evictionSoft: {memory: 1Gi}\n', 'unsupported eviction signal memory'],
    ['evictionSoftGracePeriod: {memory: 1m}\n', 'unsupported eviction signal memory'],
    ['evictionMinimumReclaim: {x: 1m}\n', 'unsupported eviction signal x'],
    ['evictionMinimumReclaim: {memory.available: "0"}\n', null],
    [
      'evictionMinimumReclaim: {memory.available: "-1"}\n',
      'negative eviction minimum reclaim specified for memory.available',
    ],
    [
      'evictionMinimumReclaim: {memory.available: 0%}\n',
      'eviction percentage minimum reclaim memory.available must be positive: 0%',
    ],
    ['evictionMinimumReclaim: {memory.available: x%}\n', 'strconv.ParseFloat: parsing "x": invalid syntax'],
  ])('%j', (file, text) => {
    for (const minor of [20, 36]) expect(says({ minor, file })).toEqual(text);
  });

  it('as flags', () => {
    const args = '--eviction-soft=memory.available<1Gi --eviction-soft-grace-period=memory.available=30s';
    expect(says({ file: null, args: `${args} --eviction-minimum-reclaim=memory.available=1Gi` })).toBeNull();
    expect(says({ file: null, args: args.split(' ')[0] ?? '' })).toMatch(/^grace period must be specified/);
  });
});

describe('protectKernelDefaults', () => {
  const good = {
    'vm/overcommit_memory': 1,
    'vm/panic_on_oom': 0,
    'kernel/panic': 10,
    'kernel/panic_on_oops': 1,
    'kernel/keys/root_maxkeys': 1_000_000,
    'kernel/keys/root_maxbytes': 25_000_000,
  };
  const file = 'protectKernelDefaults: true\n';
  it('what differs is refused, one by one', () => {
    expect(says({ file, resources: { kernelFlags: good } })).toBeNull();
    const one = { ...good, 'vm/overcommit_memory': 0 };
    const text = 'invalid kernel flag: vm/overcommit_memory, expected value: 1, actual value: 0';
    expect(says({ file, resources: { kernelFlags: one } })).toBe(text);
    const second = 'invalid kernel flag: kernel/panic, expected value: 10, actual value: 0';
    expect(says({ file, resources: { kernelFlags: { ...one, 'kernel/panic': 0 } } })).toBe(`[${text}, ${second}]`);
  });

  it('else the kubelet sets them itself; what cannot be read is not judged', () => {
    expect(says({ resources: { kernelFlags: { ...good, 'kernel/panic': 0 } } })).toBeNull();
    expect(says({ file, resources: { kernelFlags: {} } })).toBeNull();
  });
});

describe('the order of it all', () => {
  /** Each line is wrong, and is refused before those below it. */
  const WRONG: readonly (readonly [string, RegExp])[] = [
    ['oomScoreAdj: 2000\n', /oomScoreAdj/],
    ['kubeReserved: {memory: 1GB}\n', /quantities must match/],
    ['evictionHard: {x: "1"}\n', /unsupported eviction signal x/],
    ['failSwapOn: true\n', /running with swap on/],
    ['cgroupRoot: /pods\n', /invalid configuration: could not read controllers for cgroup \["pods"\]/],
    ['cpuManagerPolicy: static\n', /\[cpumanager\]/],
    ['memoryManagerPolicy: Static\n', /the total amount/],
    ['evictionSoft: {memory.available: 1Gi}\n', /grace period must be specified/],
    ['systemReserved: {memory: 9Gi}\n', /invalid Node Allocatable configuration/],
    ['protectKernelDefaults: true\n', /invalid kernel flag/],
    ['kubeReservedCgroup: /kube.slice\nenforceNodeAllocatable: [kube-reserved]\n', /Failed to enforce Kube Reserved/],
    ['systemCgroups: /\n', /system container cannot be root \("\/"\)/],
  ];
  it.each(WRONG.map(([file, text], at) => [file, text, WRONG.slice(at)] as const))('%j', (_, text, rest) => {
    const calm = rest.some(([line]) => line.startsWith('failSwapOn')) ? '' : 'failSwapOn: false\n';
    // A systemCgroups needs a cgroupRoot, and `/` is the one that is always there.
    const root = rest.some(([line]) => line.startsWith('cgroupRoot')) ? '' : 'cgroupRoot: /\n';
    const reserved = rest.some(([line]) => line.startsWith('kubeReserved:')) ? '' : 'kubeReserved: {pid: "1"}\n';
    const file = calm + root + reserved + rest.map(([line]) => line).join('');
    const resources = {
      memoryBytes: 8 * GIB,
      swaps: ['Filename', '/dev/sda2'],
      kernelFlags: { 'vm/panic_on_oom': 1 },
    };
    expect(says({ file, resources })).toMatch(text);
  });
});
