import { describe, expect, it } from 'vitest';
import { translate } from '../../src/kubelet/names.ts';
import { judge } from '../../src/kubelet/verdict.ts';
import type { Report } from '../../src/model/report.ts';
import type { CapturedHost } from '../support/captured-host.ts';
import { memoryHost } from '../support/memory-environment.ts';
import { HEAD } from '../support/node-hosts.ts';
import { desiredOf, hostWith, kubeletConfig, NOTHING_KNOWN, treeOf, v2, wanted } from '../unit/builders.ts';

/** The test list of the kubelet's contract, case by case, through the whole program. */
const C = '/sys/fs/cgroup';
const WORDS = 'cpuset cpu io memory hugetlb pids';
const ENFORCED = 'kubeReserved: {cpu: 100m}\nenforceNodeAllocatable: [pods, kube-reserved]\n';
const SYSTEMD = 'cgroupDriver: systemd\n';
const OUTER = 'Failed to enforce Kube Reserved Cgroup Limits on ';
const MACHINE = {
  '/sys/devices/system/cpu/online': '0-3\n',
  '/proc/meminfo': 'MemTotal:        8388608 kB\n',
  '/proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
};

/** A host on cgroup v2 that systemd runs, with these directories: `kube.slice` → the words of its cgroup.controllers. */
function unified(cgroups: Record<string, string>, root = WORDS, more: Record<string, string> = {}): CapturedHost {
  const files: Record<string, string> = {
    ...MACHINE,
    '/proc/1/mountinfo': `30 1 0:26 / ${C} rw - cgroup2 cgroup2 rw\n`,
    '/proc/1/cgroup': '0::/init.scope\n',
    [`${C}/cgroup.controllers`]: `${root}\n`,
    [`${C}/cgroup.subtree_control`]: '\n',
    ...more,
  };
  for (const [path, words] of Object.entries(cgroups)) files[`${C}/${path}/cgroup.controllers`] = `${words}\n`;
  return { files, dirs: ['/run/systemd/system'], links: {} };
}

/** A v1 host: each mount by its options and where it is, in the order of mountinfo. */
function legacy(
  mounts: readonly (readonly [options: string, at: string])[],
  dirs: readonly string[],
  more = '',
): CapturedHost {
  const lines = mounts.map(
    ([options, at], index) =>
      `${index + 31} 30 0:${40 + Array.from(new Set(mounts.map(([one]) => one))).indexOf(options)} / ${at} rw - cgroup cgroup rw,${options}\n`,
  );
  const names = [...new Set(mounts.map(([options]) => options))];
  return {
    files: {
      ...MACHINE,
      '/proc/1/mountinfo': `30 1 0:30 / ${C} rw - tmpfs tmpfs rw\n${lines.join('')}${more}`,
      '/proc/1/cgroup': names.map((name, index) => `${index + 1}:${name}:/\n`).join(''),
      ...Object.fromEntries(
        mounts
          .filter(([options]) => options.includes('cpuset'))
          .flatMap(([, at]) => [
            [`${at}/cpuset.cpus`, '0-3\n'],
            [`${at}/cpuset.mems`, '0\n'],
          ]),
      ),
    },
    dirs: ['/run/systemd/system', ...mounts.map(([, at]) => at), ...dirs],
    links: {},
  };
}

const V1 = ['cpu,cpuacct', 'cpuset', 'memory', 'pids', 'hugetlb', 'name=systemd'].map(
  (options) => [options, `${C}/${options.replace('name=', '')}`] as const,
);
const everywhere = (path: string): string[] => V1.map(([, at]) => `${at}${path}`);

async function report(host: CapturedHost, config: string, version = '1.36', ...argv: string[]): Promise<Report> {
  const run = memoryHost(host, HEAD + config);
  const { stdout, stderr } = await run.run('audit', '-o', 'json', '--kubelet-version', version, ...argv);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Report;
}

async function message(
  host: CapturedHost,
  config: string,
  version = '1.36',
  ...argv: string[]
): Promise<string | null> {
  return (await report(host, config, version, ...argv)).verdict.message;
}

describe('case 1: the name table (whole in test/unit/kubelet/names.test.ts), and the names of which the kubelet dies', () => {
  it.each([
    ['/', '[[/]]', '/.slice'],
    ['//', '[[/]]', '/.slice'],
    ['-kube', '[[ kube]]', '-kube.slice'],
    ['-kube.slice', '[[ kube]]', '-kube.slice'],
    ['a--b.slice', '[[a  b]]', 'a--b.slice'],
    ['/a--b', '[[a  b]]', 'a--b.slice'],
    ['a-.slice', '[[a ]]', 'a-.slice'],
    ['kube-.slice', '[[kube ]]', 'kube-.slice'],
  ])('%j', async (name, list, slice) => {
    const config = `${SYSTEMD}${ENFORCED}kubeReservedCgroup: "${name}"\n`;
    const text = `error converting cgroup name ${list} to systemd format: invalid slice name: ${slice}`;
    for (const version of ['1.20', '1.36']) expect(await message(unified({}), config, version)).toBe(text);
  });
});

describe('v2', () => {
  const nested = `${SYSTEMD}${ENFORCED}kubeReservedCgroup: /kube-reserved.slice\n`;
  const lacking = (words: string): string =>
    `${OUTER}"/kube-reserved.slice": cgroup ["kube" "reserved"] has some missing controllers: ${words}`;
  const half = { 'kube.slice': WORDS, 'kube.slice/kube-reserved.slice': 'memory pids' };

  it('case 2: a nested slice whose parent passes on memory and pids', async () => {
    expect(await message(unified(half), nested)).toBe(lacking('cpu, cpuset, hugetlb'));
    expect(await message(unified(half), nested, '1.24')).toBe(
      `${OUTER}"/kube-reserved.slice": ["kube" "reserved"] cgroup does not exist`,
    );
  });

  it('case 3: a top-level cgroup that is not there', async () => {
    const config = `${SYSTEMD}${ENFORCED}kubeReservedCgroup: /kube.slice\n`;
    expect(await message(unified({}), config)).toBe(
      `${OUTER}"/kube.slice": could not read controllers for cgroup ["kube"]: open ${C}/kube.slice/cgroup.controllers: no such file or directory`,
    );
    expect(await message(unified({}), config, '1.24')).toBe(`${OUTER}"/kube.slice": ["kube"] cgroup does not exist`);
  });

  it('case 4: what the root does not offer is not missing', async () => {
    expect(await message(unified(half, 'cpuset cpu io memory pids'), nested)).toBe(lacking('cpu, cpuset'));
  });

  it('case 5: at the top level the kubelet enables what the root does not pass on yet', async () => {
    const config = `${SYSTEMD}${ENFORCED}kubeReservedCgroup: /kube.slice\n`;
    expect(await message(unified({ 'kube.slice': '' }), config)).toBeNull();
  });
});

describe('v1', () => {
  const config = `${SYSTEMD}${ENFORCED}kubeReservedCgroup: /kube.slice\nfailCgroupV1: false\n`;
  const missing = (...paths: string[]): string =>
    `${OUTER}"/kube.slice": cgroup ["kube"] has some missing paths: ${paths.join(', ')}`;

  it('case 6: hugetlb is mounted and has no directory; pids, which is not, is not demanded', async () => {
    const dirs = everywhere('/kube.slice').filter((path) => !path.includes('hugetlb'));
    expect(await message(legacy(V1, dirs), config)).toBe(missing(`${C}/hugetlb/kube.slice`));
    const withoutPids = V1.filter(([options]) => options !== 'pids');
    const without = dirs.filter((path) => !path.includes('pids'));
    expect(await message(legacy(withoutPids, without), config)).toBe(missing(`${C}/hugetlb/kube.slice`));
    const cpu = everywhere('/kube.slice').filter((path) => !path.includes('cpuacct'));
    const twice = `${C}/cpu,cpuacct/kube.slice`;
    expect(await message(legacy(V1, cpu), config)).toBe(missing(twice, twice));
  });

  it('case 7: a hybrid host is v1', async () => {
    const host = legacy(V1, everywhere('/kube.slice'), `60 30 0:60 / ${C}/unified rw - cgroup2 cgroup2 rw\n`);
    const { host: seen, verdict } = await report(host, config);
    expect([seen.cgroupMode, verdict]).toEqual(['hybrid', { kubeletStarts: true, message: null }]);
  });

  it('case 8: of two mounts of memory the shortest counts, before 1.21 the last', async () => {
    // 1.20 stops looking when it has as many as there are controllers, so this one comes among them.
    const mounts = [...V1.slice(0, 3), ['memory', '/var/lib/other/memory'] as const, ...V1.slice(3)];
    const host = legacy(mounts, [...everywhere('/kube.slice'), '/var/lib/other/memory/elsewhere']);
    expect(await message(host, config, '1.21')).toBeNull();
    expect(await message(host, config, '1.20')).toBe(`${OUTER}"/kube.slice": ["kube"] cgroup does not exist`);
  });

  it('case 11: who refuses v1 where nothing is said', async () => {
    const host = legacy(V1, everywhere('/kube.slice'));
    const silent = config.replace('failCgroupV1: false\n', '');
    expect(await message(host, silent, '1.34')).toBeNull();
    expect(await message(host, silent, '1.35')).toBe(
      'failed to validate kubelet configuration, error: kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported and will be removed in a future release',
    );
  });
});

describe('the reservation', () => {
  const host = unified({ 'kube.slice': WORDS });
  const named = 'kubeReservedCgroup: /kube.slice\nenforceNodeAllocatable: [kube-reserved]\n';

  it('case 9: an empty map', async () => {
    const config = `${SYSTEMD}${named}kubeReserved: {}\n`;
    expect(await message(host, config)).toBe(`${OUTER}"/kube.slice": ["kube"] cgroup is not configured properly`);
    expect(await message(host, config, '1.24')).toBe(`${OUTER}"/kube.slice": ["kube"] cgroup is not config properly`);
  });

  it('case 10: as much as there is, and one byte more, which comes before any cgroup', async () => {
    const config = (bytes: number): string =>
      `${SYSTEMD}${named}kubeReserved: {memory: "${bytes}"}\nevictionHard: {nodefs.available: 10%}\n`;
    expect(await message(host, config(8 * 2 ** 30))).toBeNull();
    const text =
      /^invalid Node Allocatable configuration\. Resource "memory" has a reservation of \{\{8589934593 0\} \{<nil>\} {2}\w+\} but capacity of \{\{8589934592 0\} \{<nil>\} {2}BinarySI\}\. Expected capacity >= reservation\.$/;
    expect(await message(unified({}), config(8 * 2 ** 30 + 1))).toMatch(text);
  });

  it('case 12: the tables are in limits, node and quantity of test/unit/kubelet; here what reaches the report', async () => {
    const config = `${SYSTEMD}${named}kubeReserved: {cpu: 3920m, memory: 1.1Ki}\nevictionHard: {memory.available: 7.5%}\n`;
    const { desired, node } = await report(host, config);
    expect(desired[0]?.limits).toMatchObject({ cpuShares: 4014, cpuWeight: 154, memoryBytes: 1127 });
    expect(node.resources.find(({ resource }) => resource === 'memory')?.eviction).toBe(
      Math.trunc(8 * 2 ** 30 * Math.fround(Math.fround(7.5) / 100)),
    );
  });
});

describe('the configuration', () => {
  const host = unified({ 'kube.slice': WORDS });

  it('case 13: a blank after the comma of a flag', async () => {
    const args = "--enforce-node-allocatable='pods, kube-reserved' --kube-reserved-cgroup=/kube.slice";
    expect(await message(host, SYSTEMD, '1.36', '--kubelet-args', args)).toMatch(
      /option " kube-reserved" specified for/,
    );
  });

  it('case 14: the order of drop-ins', async () => {
    const dropIn = (keys: string): string => `${HEAD}enforceNodeAllocatable: [${keys}]\n`;
    const files = {
      ...host.files,
      '/d/10.conf': dropIn('pods'),
      '/d/20.conf': dropIn('pods, kube-reserved'),
    };
    const enforces = async (more: Record<string, string>): Promise<readonly string[]> => {
      const captured = { ...host, files: { ...files, ...more } };
      return (await report(captured, SYSTEMD, '1.36', '--kubelet-config-dir', '/d')).kubelet.enforceNodeAllocatable;
    };
    expect(await enforces({})).toEqual(['pods', 'kube-reserved']);
    // Directories stand among the files by name, and s comes after digits.
    expect(await enforces({ '/d/sub/05.conf': dropIn('none') })).toEqual(['none']);
  });
});

describe('systemd', () => {
  it('case 15: a slice whose name systemd refuses is there, and then cannot be written', () => {
    // cgprep itself makes no such name, and says so (CGP_CGROUP_NAME); what the kubelet would say is judged all the same.
    const name = '/kube reserved.slice';
    const config = kubeletConfig({
      cgroupDriver: { value: 'systemd', source: 'x' },
      kubeReservedCgroup: { value: name, source: 'x' },
    });
    const host = hostWith([v2()], { systemd: { running: true, version: 252 } });
    const translation = translate(name, 'systemd');
    if ('panic' in translation) throw new Error(translation.panic);
    const cgroup = wanted(translation.path, host, { ...translation, name });
    const desired = { ...desiredOf(cgroup), driver: config.cgroupDriver as { value: 'systemd'; source: string } };
    const judged = (over: object, there: Record<string, object>): string | null =>
      judge({
        config: { ...config, ...over },
        host,
        desired,
        tree: treeOf(host, [translation.path], there),
        units: null,
        resources: NOTHING_KNOWN,
        usage: {},
        limits: {},
      }).message;
    const there = { [`${C}/kube reserved.slice`]: { controllers: WORDS.split(' ') } };
    const refused = 'Unit name kube reserved.slice is not valid.';
    expect(judged({}, there)).toBe(`${OUTER}"${name}": unable to set unit properties: ${refused}`);
    const old = { version: { value: { text: '1.24', minor: 24 }, source: 'x' } };
    expect(judged(old, there)).toBe(`${OUTER}"${name}": error while setting unit properties: ${refused}`);
    expect(judged({}, {})).toMatch(/could not read controllers for cgroup \["kube reserved"\]/);
  });

  it('case 16: a limit that is left over from an enforcement that is switched off', async () => {
    const file = '/run/systemd/system.control/kube.slice.d/50-MemoryMax.conf';
    const host = unified({ 'kube.slice': WORDS }, WORDS, { [file]: '[Slice]\nMemoryMax=268435456\n' });
    const config = `${SYSTEMD}kubeReservedCgroup: /kube.slice\nenforceNodeAllocatable: [pods]\n`;
    const { findings } = await report(host, config);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'limit-left-over', subject: 'kube.slice', evidence: [file] }),
    );
    const enforced = await report(host, `${SYSTEMD}${ENFORCED}kubeReservedCgroup: /kube.slice\n`);
    expect(enforced.findings.map(({ code }) => code)).not.toContain('limit-left-over');
  });
});
