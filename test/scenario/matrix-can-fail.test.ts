import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTwice } from '../support/matrix.ts';
import { squares } from '../support/matrix-wide.ts';
import type { KubeletFile, Start } from '../support/naive-kubelet/host.ts';
import { naiveKubelet } from '../support/naive-kubelet/kubelet.ts';
import { sameAnswer } from '../support/same-answer.ts';

/** Squares of the wide space with cgprep's answer to each, asked once. */
const ANSWERED = fc
  .sample(squares, { seed: 20_261_124, numRuns: 4000 })
  .map((square) => ({ square, ...readTwice(square) }))
  .flatMap(({ square, said, files }) => (said === null ? [] : [{ square, said, files }]));

type Forgets = (start: Start) => Start;

const config =
  (change: (file: KubeletFile) => KubeletFile): Forgets =>
  (start) => ({ ...start, config: change(start.config) });

/** A kubelet that leaves a field out. */
const without = (field: keyof KubeletFile): Forgets =>
  config((file) => Object.fromEntries(Object.entries(file).filter(([key]) => key !== field)));

/** A kubelet that does not see some text in a file. */
const blind =
  (path: RegExp, text: RegExp): Forgets =>
  (start) => {
    const { files } = start;
    const seen = (at: string): string | null => {
      const whole = files.text(at);
      return whole === null || !path.test(at) ? whole : whole.replaceAll(text, '');
    };
    return { ...start, files: { ...files, text: seen } };
  };

/** A kubelet that is one release behind at this one. */
const behind =
  (since: number): Forgets =>
  (start) =>
    start.minor === since ? { ...start, minor: since - 1 } : start;

const BROKEN: readonly (readonly [string, Forgets])[] = [
  ...['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'hugetlb'].map(
    (name) => [`v1: ${name} is not looked for`, blind(/mountinfo/, new RegExp(`\\b${name}$`, 'gm'))] as const,
  ),
  ['v1: name=systemd is not looked for', blind(/mountinfo/, /name=systemd/g)],
  ...['cpu', 'cpuset', 'hugetlb', 'memory', 'pids'].map(
    (name) =>
      [
        `v2: ${name} is not needed`,
        blind(/^\/sys\/fs\/cgroup\/cgroup.controllers$/, new RegExp(`\\b${name}\\b`, 'g')),
      ] as const,
  ),
  ['v2: the cgroup itself is taken to have no word', blind(/slice\/cgroup.controllers$/, /.+/g)],
  [
    'an empty cpuset above is taken for full',
    (start) => ({ ...start, config: { ...start.config, cpuManagerPolicy: 'static' } }),
  ],
  ['memory in use is not seen', blind(/usage_in_bytes$/, /.+/g)],
  ['swap is not seen', blind(/swaps$/, /\n.+/g)],
  ['online processors are not counted', blind(/online$/, /.+/g)],
  ['MemTotal is not read', blind(/meminfo$/, /.+/g)],
  ['huge pages in use are not seen', (start) => ({ ...start, files: { ...start.files, names: () => [] } })],
  [
    'where systemd is not running',
    (start) => ({
      ...start,
      files: { ...start.files, exists: (path) => path.startsWith('/run') || start.files.exists(path) },
    }),
  ],
  ...(
    [
      'cgroupsPerQOS',
      'enforceNodeAllocatable',
      'evictionHard',
      'failCgroupV1',
      'failSwapOn',
      'kubeReserved',
      'kubeReservedCgroup',
      'oomScoreAdj',
      'reservedSystemCPUs',
      'systemCgroups',
      'systemReserved',
      'systemReservedCgroup',
    ] as const
  ).map((field) => [`${field} is left out`, without(field)] as const),
  ['the driver is always cgroupfs', config((file) => ({ ...file, cgroupDriver: 'cgroupfs' }))],
  [
    'the driver is spelled in any case',
    config((file) => ({ ...file, cgroupDriver: file.cgroupDriver?.toLowerCase() ?? '' })),
  ],
  [
    'keys are trimmed',
    config((file) => ({
      ...file,
      enforceNodeAllocatable: file.enforceNodeAllocatable?.map((key) => key.trim()) ?? [],
    })),
  ],
  [
    'a key twice is one',
    config((file) => ({ ...file, enforceNodeAllocatable: [...new Set(file.enforceNodeAllocatable)] })),
  ],
  [
    'a hyphen is no level',
    config((file) => ({ ...file, kubeReservedCgroup: file.kubeReservedCgroup?.replaceAll('-', '') ?? '' })),
  ],
  ...[21, 25, 27, 30, 31, 32, 35].map((since) => [`1.${since} behaves as 1.${since - 1}`, behind(since)] as const),
];

describe('the matrix finds a kubelet that reads one thing differently', () => {
  it.each(BROKEN)('%s', (_, forgets) => {
    const found = ANSWERED.find(
      ({ square: { minor, config: file }, said, files }) =>
        !sameAnswer(naiveKubelet(forgets({ files, minor, config: file })), said),
    );
    expect(found).toBeDefined();
  });

  it('and none where nothing is read differently', () => {
    expect(
      ANSWERED.filter(
        ({ square: { minor, config: file }, said, files }) =>
          !sameAnswer(naiveKubelet({ files, minor, config: file }), said),
      ),
    ).toEqual([]);
  });
});
