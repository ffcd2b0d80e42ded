import fc from 'fast-check';
import type { Cgroup, Machine } from './generated-host.ts';
import type { Square } from './matrix.ts';
import { DRIVERS, placeOf } from './matrix-core.ts';
import type { KubeletFile } from './naive-kubelet/host.ts';

const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb', 'blkio'];
const WORDS = ['cpu', 'cpuset', 'hugetlb', 'io', 'memory', 'pids'];
const KEYS = [
  'pods',
  'kube-reserved',
  'system-reserved',
  'kube-reserved-compressible',
  'system-reserved-compressible',
  'none',
  ' kube-reserved',
  '',
];

const SURE = ['pods', 'kube-reserved', 'system-reserved', 'none'];

const word = fc.constantFrom('kube', 'system', 'a', 'b_c', 'kubelet.service', 'x-y', 'kube.slice', 'a.slice', 'A:1');
const element = fc.oneof(
  word,
  fc.tuple(word, word).map((both) => both.join('-')),
);
const name = fc
  .tuple(
    fc.constantFrom('/', ''),
    fc.array(element, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '.slice', '/'),
  )
  .map(([head, elements, tail]) => head + elements.join('/') + tail);

/** Mostly what people write, so that the interesting squares are not drowned in refused names. */
const configured = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('/kube.slice', '/system.slice', '/system.slice/kube.slice', '/a.slice/a-b.slice'),
  },
  { weight: 3, arbitrary: name },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '-kube', 'a--b.slice', '/a@b.slice', '/cpu.slice', '/kube/', '//a', '/a//b'),
  },
);

const memory = fc.constantFrom('0', '256Mi', '1.5Gi', '4G', '8191Mi', '9Gi', '300M');
const reserved = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ cpu: fc.constantFrom('100m', '1', '2500m', '4'), memory }, { requiredKeys: [] }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ 'hugepages-2Mi': '4Mi' }, { memory: '1GB' }, { memory: '-1' }, { pid: '100' }),
  },
);

const enforce = fc.oneof(
  { weight: 3, arbitrary: fc.subarray(KEYS.slice(0, 3)) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...KEYS), { maxLength: 4 }) },
);

const eviction = fc.constantFrom(
  { 'memory.available': '10%' },
  { 'memory.available': '0%' },
  { 'memory.available': '2Gi' },
  { 'nodefs.available': '10%' },
);

const config: fc.Arbitrary<KubeletFile> = fc.record(
  {
    cgroupDriver: fc.constantFrom('systemd', 'cgroupfs', 'Systemd'),
    cgroupsPerQOS: fc.constantFrom(true, true, true, false),
    enforceNodeAllocatable: enforce,
    evictionHard: eviction,
    failCgroupV1: fc.constantFrom(false, false, true),
    failSwapOn: fc.boolean(),
    kubeReserved: reserved,
    systemReserved: reserved,
    kubeReservedCgroup: configured,
    systemReservedCgroup: configured,
    oomScoreAdj: fc.constantFrom(-999, 0, 2000),
    reservedSystemCPUs: fc.constantFrom('', '', '', '', '0', '0-1', '0-7'),
    systemCgroups: fc.constantFrom('', '', '', '/sys'),
  },
  { requiredKeys: ['cgroupDriver', 'enforceNodeAllocatable', 'kubeReservedCgroup', 'systemReservedCgroup'] },
);

const state = fc.record({
  there: fc.constantFrom(true, true, true, false),
  without: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray(CONTROLLERS) }),
  filled: fc.boolean(),
  words: fc.oneof({ weight: 2, arbitrary: fc.constant(WORDS) }, { weight: 1, arbitrary: fc.subarray(WORDS) }),
  memoryMiB: fc.constantFrom(10, 10, 10, 2000),
  hugePages: fc.constantFrom(false, false, false, true),
});

/**
 * The contract does not say which comes first, a name of which the kubelet dies or a reservation that is missing;
 * nor whether a word that is no key is also told of cgroupsPerQOS.
 */
function withoutOpenQuestions(file: KubeletFile): KubeletFile {
  const keys = file.enforceNodeAllocatable?.filter((key) => file.cgroupsPerQOS !== false || SURE.includes(key));
  const dies = [file.kubeReservedCgroup, file.systemReservedCgroup].some(
    (one) => placeOf(one ?? '', 'systemd') === null,
  );
  const some = { kubeReserved: { cpu: '100m' }, systemReserved: { cpu: '100m' } };
  return { ...file, enforceNodeAllocatable: keys ?? [], ...(dies ? some : {}) };
}

/** Two reserved cgroups in any state, anywhere; a driver of the kubelet puts them where it looks, or they are not there. */
export const squares: fc.Arbitrary<Square> = fc
  .record({
    config,
    minor: fc.integer({ min: 20, max: 36 }),
    mode: fc.constantFrom('legacy' as const, 'hybrid' as const, 'unified' as const),
    systemd: fc.constantFrom(true, true, true, false),
    joined: fc.boolean(),
    hugetlb: fc.boolean(),
    unmounted: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.subarray(['cpu', 'cpuacct', 'cpuset', 'memory', 'pids'], { minLength: 1, maxLength: 2 }),
      },
    ),
    secondMemory: fc.constantFrom(
      'none' as const,
      'longer-after' as const,
      'longer-before' as const,
      'shorter-after' as const,
    ),
    swap: fc.constantFrom(false, false, false, true),
    states: fc.tuple(state, state),
  })
  .map(({ config: given, minor, states, ...rest }) => {
    const file = withoutOpenQuestions(given);
    const driver = DRIVERS.find((one) => one === file.cgroupDriver) ?? 'cgroupfs';
    const places = [file.systemReservedCgroup ?? '', file.kubeReservedCgroup ?? ''].map((one) => placeOf(one, driver));
    const cgroups = places.flatMap((path, index): Cgroup[] => {
      const { there, ...how } = states[index === 0 ? 0 : 1];
      const twice = index === 1 && path === places[0];
      return path === null || path === '/' || !there || twice ? [] : [{ path, ...how }];
    });
    const machine: Machine = { ...rest, memoryMiB: 8192, cgroups };
    return { machine, minor, config: file };
  });

/** The same with nothing in the configuration and on the machine of which the kubelet dies but the cgroups. */
export const soundSquares: fc.Arbitrary<Square> = squares.map(({ machine, minor, config: file }) => ({
  machine: {
    ...machine,
    unmounted: [],
    swap: false,
    cgroups: machine.cgroups.map((one) => ({ ...one, memoryMiB: 10, hugePages: false })),
  },
  minor,
  config: {
    cgroupDriver: file.cgroupDriver ?? '',
    enforceNodeAllocatable: ['pods', 'kube-reserved', 'system-reserved'],
    failCgroupV1: false,
    kubeReserved: { cpu: '100m', memory: '256Mi' },
    systemReserved: { cpu: '100m', memory: '512Mi' },
    kubeReservedCgroup: file.kubeReservedCgroup ?? '',
    systemReservedCgroup: file.systemReservedCgroup ?? '',
  },
}));
