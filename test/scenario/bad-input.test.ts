import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cli } from '../../src/cli/cli.ts';
import { realEnvironment } from '../../src/cli/environment.ts';
import type { Environment } from '../../src/cli/environment.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { createLog } from '../../src/host/log.ts';
import { createReader } from '../../src/host/reader.ts';
import { realSyscalls } from '../../src/host/syscalls.ts';
import type { Report } from '../../src/model/report.ts';
import { hostFiles, memorySyscalls, mountHost } from '../support/captured-host.ts';
import type { CapturedHost } from '../support/captured-host.ts';
import { fakeDoor } from '../support/fake-cgroupfs.ts';
import { WITHOUT_WATCH } from '../support/memory-environment.ts';
import type { Ran } from '../support/memory-environment.ts';

const NOW = 1_800_000_000_000;
const HOSTS = new Map(hostFiles().map(({ name, host }) => [name, host]));

/** A machine to run the whole program on: a captured host and some files, or this one with nothing to write to. */
interface Machine {
  readonly host?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** An errno instead of opening or looking at this path. */
  readonly fault?: readonly [path: string, errno: string];
  /** What happens to a file while the program waits: its text after each wait. */
  readonly writes?: readonly [path: string, texts: readonly string[]];
}

function captured(name: string, files: Readonly<Record<string, string>>): CapturedHost {
  const host = HOSTS.get(name);
  if (host === undefined) throw new Error(`there is no captured host ${name}`);
  const own: Record<string, string> = {};
  for (const [path, text] of Object.entries(host.files)) {
    own[path] = text;
    // A capture holds what PID 1 saw; here the program is that process.
    if (path.startsWith('/proc/1/')) own[path.replace('/1/', '/self/')] = text;
  }
  return { ...host, files: { ...own, ...files }, dirs: [...host.dirs, '/etc', '/host'] };
}

async function run(machine: Machine, argv: readonly string[]): Promise<Ran & { readonly journal: readonly string[] }> {
  const { host = 'unified-no-systemd', files = {}, fault, writes } = machine;
  const fs = mountHost(captured(host, files));
  const sys = memorySyscalls(fs);
  const journal: string[] = [];
  let waits = 0;
  const rewrite = (): void => {
    const text = writes?.[1][waits];
    if (writes === undefined || text === undefined) return;
    waits += 1;
    fs.writeFileSync(writes[0], text);
    fs.utimesSync(writes[0], NOW / 1000, NOW / 1000 + waits);
  };
  rewrite();
  const answer = (path: string): void => {
    if (path === fault?.[0]) throw Object.assign(new Error(fault[1]), { code: fault[1], errno: -1 });
  };
  const reader = createReader(
    {
      ...sys,
      open: (path, flags) => {
        answer(path);
        return sys.open(path, flags);
      },
      stat: (path) => {
        answer(path);
        return sys.stat(path);
      },
    },
    '/',
  );
  const ran = await runIn(
    { clock: { now: () => NOW, sleep: rewrite }, reader: () => reader, door: () => fakeDoor(fs, journal) },
    argv,
  );
  return { ...ran, journal };
}

async function runIn(world: Pick<Environment, 'clock' | 'reader' | 'door'>, argv: readonly string[]): Promise<Ran> {
  const out = { 1: '', 2: '' };
  const print = (fd: 1 | 2, text: string): void => {
    out[fd] += text;
  };
  const status = await cli(argv, {
    cgprepVersion: '0.0.0-test',
    variables: {},
    ...world,
    // No answer: what is wrong is found without it.
    systemd: () =>
      Promise.resolve({
        show: () => ({ refusal: 'not here', unreachable: true }),
        start: () => ({ refusal: 'not here', unreachable: true }),
        setProperties: () => ({ refusal: 'not here', unreachable: true }),
      }),
    kubeletVersion: () => Promise.resolve(null),
    ...WITHOUT_WATCH,
    print,
    isTerminal: () => false,
    log: (settings) =>
      createLog(settings, false, (line) => {
        print(2, line);
      }),
  });
  return { status, stdout: out[1], stderr: out[2] };
}

/** One thing that is wrong, and all that the program may say to it. */
interface Bad extends Machine {
  /** The text of /kubelet.yaml, which is then named by --kubelet-config. */
  readonly config?: string;
  /** Behind `oneshot`, or a whole command line when it begins with one. */
  readonly argv?: readonly string[];
  readonly code: ErrorCode;
  readonly message: string | RegExp;
}

function commandLine({ config, argv = [] }: Pick<Bad, 'config' | 'argv'>): string[] {
  const named = config === undefined ? [] : ['--kubelet-config', '/kubelet.yaml'];
  return ['oneshot', ...named, ...argv];
}

function machineOf({ config, files, ...machine }: Bad): Machine {
  return { ...machine, files: { ...files, ...(config === undefined ? {} : { '/kubelet.yaml': config }) } };
}

/** The same failure as text, JSON and YAML: the status, one line and a hint, nothing on standard output. */
async function assertError(
  attempt: (...form: string[]) => Promise<Ran>,
  code: ErrorCode,
  message: string | RegExp,
): Promise<void> {
  const json = await attempt('-o', 'json');
  const said = JSON.parse(json.stderr) as { error: { code: string; message: string; hint: string } };
  const { hint } = said.error;
  if (typeof message === 'string') expect(said.error.message).toBe(message);
  else expect(said.error.message).toMatch(message);
  expect(said).toEqual({ schemaVersion: 'cgprep.error/v1', error: { code, message: said.error.message, hint } });
  expect([json.status, json.stdout]).toEqual([ERROR_CODES[code].status, '']);
  expect(hint).toMatch(/^[^\n]{8,}$/);
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey must not come from a file
  expect(said.error.message).not.toMatch(/[\u0000-\u001f\u007f]/);

  const text = await attempt('-o', 'text');
  expect(text).toMatchObject({
    status: ERROR_CODES[code].status,
    stdout: '',
    stderr: `cgprep: ${said.error.message} (${code})\n  ${hint}\n`,
  });
  const yaml = await attempt('-o', 'yaml');
  expect([yaml.status, yaml.stdout, parse(yaml.stderr)]).toEqual([ERROR_CODES[code].status, '', said]);
}

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const K = '/kubelet.yaml';
const one = (lines: string): Pick<Bad, 'config'> => ({ config: `${HEAD}${lines}\n` });
/** A configuration of which the third line sets a key to something of another type. */
const typed = (line: string, what: string): Bad => ({
  ...one(line),
  code: 'CGP_KUBELET_CONFIG',
  message: `${K}:3: ${what}`,
});
const ENFORCED = `cgroupDriver: cgroupfs
enforceNodeAllocatable: [pods, kube-reserved]
kubeReserved: {cpu: 100m}
`;
/** The sixth line names the cgroup. */
const named = (name: string): Pick<Bad, 'config'> => one(`${ENFORCED}kubeReservedCgroup: ${JSON.stringify(name)}`);
const hostile = (name: string, what: string): Bad => ({
  ...named(name),
  code: 'CGP_CGROUP_NAME',
  message: `${K}:6: kubeReservedCgroup ${JSON.stringify(name)} ${what}`,
});

const BOMB = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`),
].join('\n');
const DEEP = `x: ${'['.repeat(5000)}${']'.repeat(5000)}`;
const STRING = 'the kubelet accepts a string';
const ONLY = 'a cgroup is named with letters, digits and : _ . @ \\ - only';
const DOTS = 'has a ".." in it, which leads out of the cgroup tree';
const ROOT = 'means the root cgroup, which holds the whole machine';

const CONFIGURATION: Readonly<Record<string, Bad>> = {
  'a missing file': {
    argv: ['--kubelet-config', '/nowhere.yaml'],
    code: 'CGP_KUBELET_CONFIG',
    message: '/nowhere.yaml: the kubelet configuration does not exist',
  },
  'a missing file, named by the kubelet': {
    argv: ['--kubelet-args', '--config=/nowhere.yaml'],
    code: 'CGP_KUBELET_CONFIG',
    message: '/nowhere.yaml: the kubelet configuration does not exist',
  },
  'a directory': {
    argv: ['--kubelet-config', '/etc'],
    code: 'CGP_KUBELET_CONFIG',
    message: '/etc: the kubelet configuration is a directory, not a file',
  },
  'a file below a file': {
    config: HEAD,
    argv: ['--kubelet-config', '/kubelet.yaml/x'],
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet.yaml\/x: the kubelet configuration (?:does not exist|cannot be read \(ENOTDIR\))$/,
  },
  'a file that may not be read': {
    config: HEAD,
    fault: [K, 'EACCES'],
    code: 'CGP_PERMISSION',
    message: `${K}: the kubelet configuration may not be read by this user`,
  },
  'a disk that fails': {
    config: HEAD,
    fault: [K, 'EIO'],
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}: the kubelet configuration cannot be read (EIO)`,
  },
  'a cgroup that may not be looked at': {
    ...named('/kube'),
    fault: ['/sys/fs/cgroup/kube', 'EACCES'],
    code: 'CGP_PERMISSION',
    message: '/sys/fs/cgroup/kube: this user may not look at the cgroup',
  },
  'a drop-in directory that is missing': {
    config: HEAD,
    argv: ['--kubelet-config-dir', '/nowhere.d'],
    code: 'CGP_KUBELET_CONFIG',
    message: '/nowhere.d: failed to walk through kubelet dropin directory (ENOENT)',
  },
  'a drop-in without its kind': {
    config: HEAD,
    files: { '/d/10.conf': 'kubeReserved: {cpu: 1m}\n' },
    argv: ['--kubelet-config-dir', '/d'],
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/d\/10\.conf:1: apiVersion is missing; the kubelet accepts only kubelet\.config\.k8s\.io\/v1beta1/,
  },
  empty: { config: '', code: 'CGP_KUBELET_CONFIG', message: `${K}:1: the file is empty; the kubelet refuses that` },
  blank: { config: ' \n\n', code: 'CGP_KUBELET_CONFIG', message: /^\/kubelet.yaml:1: the file holds no configuration/ },
  'only a comment': {
    config: '# kubelet\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: the file holds no configuration, only blanks or comments; the kubelet refuses that`,
  },
  'a NUL in the text': {
    ...one('kubeReservedCgroup: /kube\0slice'),
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:3: the character U+0000, which the kubelet refuses or reads differently`,
  },
  'an ELF program': {
    config: '\u007fELF\u0002\u0001\u0001\0\0\0\0\0\0\0\0\0',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: the character U+007F, which the kubelet refuses or reads differently`,
  },
  'a lone carriage return': {
    ...one('cgroupRoot: /\rkubeReservedCgroup: /k'),
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:3: the character U+000D, which the kubelet refuses or reads differently`,
  },
  'tabs for indentation': {
    ...one('kubeReserved:\n\tcpu: 100m'),
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:4: a tab in the indentation`,
  },
  'a word': {
    config: 'kubelet\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: the file holds the single value "kubelet"; the kubelet accepts a mapping`,
  },
  'a list': {
    config: '- kubelet\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: the file holds a list; the kubelet accepts a mapping`,
  },
  'a quote that is not closed': {
    ...one('cgroupRoot: "/'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:[34]: not valid YAML: .*quote/,
  },
  'a bracket that is not closed': {
    ...one('enforceNodeAllocatable: [pods'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:[34]: not valid YAML: /,
  },
  'two colons in a line': {
    ...one('cgroupRoot: a: b'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:3: not valid YAML: /,
  },
  'an alias without an anchor': {
    ...one('cgroupRoot: *root'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:3: .*(?:alias|anchor)/,
  },
  'an alias to itself': {
    ...one('x: &x [*x]'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:3: .*anchor.* contains itself/,
  },
  'an alias bomb': {
    ...one(BOMB),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:\d+: more than 1000 values by way of aliases/,
  },
  'nested 5,000 deep': { ...one(DEEP), code: 'CGP_KUBELET_CONFIG', message: /^\/kubelet\.yaml:3: / },
  'JSON with a comment': {
    config: '{\n"kind": "KubeletConfiguration" // x\n}\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:2: not valid JSON, as which the kubelet reads a file that begins with {`,
  },
  'JSON that is cut off': {
    config: '{"apiVersion": "kubelet.config.k8s.io/v1beta1",\n"kind": "Kubel',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:2: not valid JSON, as which the kubelet reads a file that begins with {`,
  },
  'cut off in a key': {
    config: `${HEAD}enforceNodeAllocatable: [pods]\nkubeReser`,
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:4: not valid YAML: /,
  },
  'cut off before the kind': {
    config: 'apiVersion: kubelet.config.k8s.io/v1beta1\nki',
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:2: not valid YAML: /,
  },
  'a file that is still being written': {
    config: HEAD,
    writes: [K, Array.from({ length: 12 }, (_, at) => `${HEAD}kubeReservedCgroup: /${'k'.repeat(at + 1)}`)],
    code: 'CGP_CONFIG_UNSTABLE',
    message: `${K}: still changing after 2 seconds of looking`,
  },
  'a drop-in that is still being written': {
    config: HEAD,
    files: { '/d/10.conf': HEAD },
    writes: ['/d/10.conf', Array.from({ length: 12 }, (_, at) => HEAD.slice(0, at))],
    argv: ['--kubelet-config-dir', '/d'],
    code: 'CGP_CONFIG_UNSTABLE',
    message: '/d/10.conf: still changing after 2 seconds of looking',
  },
  'no apiVersion': {
    config: 'kind: KubeletConfiguration\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: apiVersion is missing; the kubelet accepts only kubelet.config.k8s.io/v1beta1`,
  },
  'no kind': {
    config: 'apiVersion: kubelet.config.k8s.io/v1beta1\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: kind is missing; the kubelet accepts only KubeletConfiguration`,
  },
  neither: {
    config: 'cgroupRoot: /\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: apiVersion is missing; the kubelet accepts only kubelet.config.k8s.io/v1beta1`,
  },
  'another apiVersion': {
    config: 'apiVersion: kubelet.config.k8s.io/v1\nkind: KubeletConfiguration\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:1: apiVersion is kubelet.config.k8s.io/v1; the kubelet accepts only kubelet.config.k8s.io/v1beta1`,
  },
  'another kind': {
    config: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: Pod\n',
    code: 'CGP_KUBELET_CONFIG',
    message: `${K}:2: kind is Pod; the kubelet accepts only KubeletConfiguration`,
  },
  'a kind of several lines': {
    config: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: |\n  Kubelet\n  Configuration\n',
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:\d: kind is .*; the kubelet accepts only KubeletConfiguration$/,
  },
  'a kind that colours the terminal': {
    config: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: "\\e[31mPod"\n',
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:2: kind is .*; the kubelet accepts only KubeletConfiguration$/,
  },
  'a resource of several lines': {
    ...one('kubeReserved: {"c\\npu": 1}'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:3: kubeReserved\..* is the number 1; the kubelet accepts a string$/,
  },
  'a resource of several lines, and of another type': {
    ...one('kubeReserved: {"c\\npu": {}}'),
    code: 'CGP_KUBELET_CONFIG',
    message: /^\/kubelet\.yaml:3: kubeReserved\..* is a mapping; the kubelet accepts a string$/,
  },
  'a word for the list of enforcements': typed(
    'enforceNodeAllocatable: pods',
    'enforceNodeAllocatable is the string "pods"; the kubelet accepts a list of strings',
  ),
  'a number among the enforcements': typed(
    'enforceNodeAllocatable: [pods, 1]',
    `enforceNodeAllocatable[1] is the number 1; ${STRING}`,
  ),
  'a map for the enforcements': typed(
    'enforceNodeAllocatable: {pods: true}',
    'enforceNodeAllocatable is a mapping; the kubelet accepts a list of strings',
  ),
  'a bare number for a quantity': typed('kubeReserved: {cpu: 1}', `kubeReserved.cpu is the number 1; ${STRING}`),
  'a bare float for a quantity': typed('kubeReserved: {cpu: 0.5}', `kubeReserved.cpu is the number 0.5; ${STRING}`),
  'a word for a reservation': typed(
    'kubeReserved: cpu=100m',
    'kubeReserved is the string "cpu=100m"; the kubelet accepts a mapping of strings',
  ),
  'a list for a reservation': typed(
    'systemReserved: [cpu]',
    'systemReserved is a list; the kubelet accepts a mapping of strings',
  ),
  'yes for a cgroup': typed('kubeReservedCgroup: yes', `kubeReservedCgroup is the boolean yes; ${STRING}`),
  'on for a cgroup': typed('systemReservedCgroup: on', `systemReservedCgroup is the boolean on; ${STRING}`),
  '0755 for a cgroup': typed('kubeReservedCgroup: 0755', `kubeReservedCgroup is the number 0755; ${STRING}`),
  '1_000 for a cgroup': typed('kubeReservedCgroup: 1_000', `kubeReservedCgroup is the number 1_000; ${STRING}`),
  '1e3 for a cgroup': typed('kubeReservedCgroup: 1e3', `kubeReservedCgroup is the number 1e3; ${STRING}`),
  'a map for a cgroup': typed('kubeReservedCgroup: {name: /k}', `kubeReservedCgroup is a mapping; ${STRING}`),
  'a list for a cgroup': typed('kubeReservedCgroup: [/k]', `kubeReservedCgroup is a list; ${STRING}`),
  'a number for the driver': typed('cgroupDriver: 2', `cgroupDriver is the number 2; ${STRING}`),
  'true for the root': typed('cgroupRoot: true', `cgroupRoot is the boolean true; ${STRING}`),
  'a word for a switch': typed(
    'cgroupsPerQOS: "true"',
    'cgroupsPerQOS is the string "true"; the kubelet accepts true or false',
  ),
  'a number for a switch': typed('failCgroupV1: 0', 'failCgroupV1 is the number 0; the kubelet accepts true or false'),
  'a number for the CPUs': typed('reservedSystemCPUs: 0', `reservedSystemCPUs is the number 0; ${STRING}`),
};

const NAMES: Readonly<Record<string, Bad>> = {
  '..': hostile('..', DOTS),
  '/..': hostile('/..', DOTS),
  '/../x': hostile('/../x', DOTS),
  'a/../../x': hostile('a/../../x', DOTS),
  '/': hostile('/', ROOT),
  '//': hostile('//', ROOT),
  '.': hostile('.', 'has a "." in it; write it without'),
  'a NUL': hostile('/kube\0', `has a NUL in it; ${ONLY}`),
  'a newline': hostile('/kube\nslice', `has a newline in it; ${ONLY}`),
  'a space': hostile('/kube slice', `has a space in it; ${ONLY}`),
  'a letter of another alphabet': hostile('/kübe', `has the character "ü" in it; ${ONLY}`),
  'a glob': hostile('/kube*', `has the character "*" in it; ${ONLY}`),
  '256 bytes': hostile(`/${'k'.repeat(256)}`, 'has a part of 256 bytes; at most 255 are allowed'),
  '17 levels': hostile('/k'.repeat(17), 'is 17 levels deep; cgprep makes at most 16'),
  '1,025 bytes': hostile(
    `/${[...Array(7).fill('k'.repeat(128)), 'k'.repeat(121)].join('/')}`,
    'is 1025 bytes long; cgprep makes at most 1024',
  ),
  '/cpu.shares': hostile('/cpu.shares', 'has the part "cpu.shares", a name that the kernel keeps for its own files'),
  '/cgroup.procs': hostile(
    '/cgroup.procs',
    'has the part "cgroup.procs", a name that the kernel keeps for its own files',
  ),
  '/memory.foo': hostile('/memory.foo', 'has the part "memory.foo", a name that the kernel keeps for its own files'),
  '/a/hugetlb.2MB.max': hostile(
    '/a/hugetlb.2MB.max',
    'has the part "hugetlb.2MB.max", a name that the kernel keeps for its own files',
  ),
  '/tasks': hostile('/tasks', 'has the part "tasks", which is a file of every cgroup'),
  '/kubepods': hostile('/kubepods', 'lies in kubepods, which belongs to the pods'),
  '/kubepods.slice/kube': hostile('/kubepods.slice/kube', 'lies in kubepods.slice, which belongs to the pods'),
  '/init.scope': hostile('/init.scope', 'lies in init.scope, which belongs to systemd'),
  'a name of the kubelet’s flags': {
    argv: ['--kubelet-args', '--kube-reserved-cgroup=/../x'],
    code: 'CGP_CGROUP_NAME',
    message: `--kube-reserved-cgroup: kubeReservedCgroup "/../x" ${DOTS}`,
  },
  'a name of an option': {
    argv: ['--system-reserved-cgroup', '/a b'],
    code: 'CGP_CGROUP_NAME',
    message: `--system-reserved-cgroup: systemReservedCgroup "/a b" has a space in it; ${ONLY}`,
  },
  'the second name, though the first is good': {
    ...one(`${ENFORCED}kubeReservedCgroup: /kube.slice\nsystemReservedCgroup: /tasks`),
    code: 'CGP_CGROUP_NAME',
    message: `${K}:7: systemReservedCgroup "/tasks" has the part "tasks", which is a file of every cgroup`,
  },
};

const COMMAND_LINES: Readonly<Record<string, Bad>> = {
  'an unknown option': { argv: ['--frob'], code: 'CGP_USAGE', message: 'there is no option "--frob"' },
  'a missing value': { argv: ['--kubelet-config'], code: 'CGP_USAGE', message: /^--kubelet-config needs a value/ },
  'an empty value': {
    argv: ['--root='],
    code: 'CGP_USAGE',
    message: '--root needs a value, and an empty one was given',
  },
  'no such choice': {
    argv: ['--cgroup-driver', 'runc'],
    code: 'CGP_USAGE',
    message: '--cgroup-driver "runc": must be one of auto, systemd, cgroupfs',
  },
  'an option of another command': {
    argv: ['--fail-on', 'never'],
    code: 'CGP_USAGE',
    message: '--fail-on is not an option of cgprep oneshot',
  },
  'two commands': { argv: ['audit'], code: 'CGP_USAGE', message: '"audit" was not expected after the command' },
  'a value for a switch': {
    argv: ['--dry-run=no'],
    code: 'CGP_USAGE',
    message: '--dry-run takes no value, and "no" was given',
  },
  'a root that is not there': {
    argv: ['--root', '/nowhere'],
    code: 'CGP_USAGE',
    message: '--root /nowhere is not a directory',
  },
  'a root that is a file': {
    config: HEAD,
    argv: ['--root', '/kubelet.yaml'],
    code: 'CGP_USAGE',
    message: '--root /kubelet.yaml is not a directory',
  },
  'a relative file below a root': {
    argv: ['--root', '/host', '--kubelet-config', 'kubelet.yaml'],
    code: 'CGP_USAGE',
    message: 'kubeletConfig "kubelet.yaml" is not an absolute path',
  },
  'no version': {
    argv: ['--kubelet-version', 'newest'],
    code: 'CGP_USAGE',
    message: '--kubelet-version "newest" is not a version',
  },
  'a version of another major': {
    argv: ['--kubelet-version', '2.0'],
    code: 'CGP_USAGE',
    message: '--kubelet-version "2.0" is not a version',
  },
  'a quote that is not closed': {
    argv: ['--kubelet-args', "--config='/x"],
    code: 'CGP_KUBELET_ARGS',
    message: "the kubelet's arguments: a quote (') that is not closed",
  },
  'a flag of the kubelet that it would not parse': {
    argv: ['--kubelet-args', '--cgroups-per-qos=maybe'],
    code: 'CGP_KUBELET_ARGS',
    message: /^the kubelet's arguments: .*"maybe".* "--cgroups-per-qos" flag: .*invalid syntax$/,
  },
  'a reservation flag without a pair': {
    argv: ['--kubelet-args', '--kube-reserved=cpu'],
    code: 'CGP_KUBELET_ARGS',
    message: /^the kubelet's arguments: .*malformed pair, expect string=string$/,
  },
};

const SETTINGS: Readonly<Record<string, Bad>> = {
  'a missing file': {
    argv: ['--config', '/nowhere.yaml'],
    code: 'CGP_SETTINGS',
    message: "/nowhere.yaml: cgprep's settings cannot be read (ENOENT)",
  },
  'a directory': {
    argv: ['--config', '/etc'],
    code: 'CGP_SETTINGS',
    message: "/etc: cgprep's settings cannot be read (EISDIR)",
  },
  'a file that may not be read': {
    files: { '/etc/cgprep/config.yaml': 'color: never\n' },
    fault: ['/etc/cgprep/config.yaml', 'EACCES'],
    code: 'CGP_PERMISSION',
    message: "/etc/cgprep/config.yaml: cgprep's settings cannot be read (EACCES)",
  },
  'too large a file': {
    files: { '/s.yaml': '#'.repeat(1024 * 1024 + 1) },
    argv: ['--config', '/s.yaml'],
    code: 'CGP_SETTINGS',
    message: "/s.yaml: cgprep's settings cannot be read (EFBIG)",
  },
  ...Object.fromEntries(
    (
      [
        ['an unknown key', 'color: never\nfrob: 1\n', '/s.yaml:2: frob is not a setting'],
        ['an option as it is spelled on the command line', 'fail-on: never\n', '/s.yaml:1: fail-on is not a setting'],
        ['a word for a switch', 'dryRun: "yes"\n', '/s.yaml:1: dryRun is "yes", must be boolean'],
        ['a number for a version', 'kubeletVersion: 1.30\n', /^\/s\.yaml:1: kubeletVersion is 1\.3.*, must be string$/],
        ['no such choice', '\ncolor: red\n', '/s.yaml:2: color is "red", must be ("auto" | "always" | "never")'],
        ['bad YAML', 'color: [never\n', /^\/s\.yaml:[12]: \S/],
        ['a tab', 'ignore:\n\t- a\n', /^\/s\.yaml:2: .*tab/i],
        ['a key twice', 'color: never\ncolor: auto\n', '/s.yaml:2: Map keys must be unique'],
        ['an alias bomb', `${BOMB}\n`, /^\/s\.yaml(?::\d+)?: .*alias/],
        ['a version that is none', 'kubeletVersion: "x"\n', '--kubelet-version "x" is not a version'],
      ] as const
    ).map(([name, text, message]): [string, Bad] => [
      name,
      {
        files: { '/s.yaml': text },
        argv: ['--config', '/s.yaml'],
        code: name === 'a version that is none' ? 'CGP_USAGE' : 'CGP_SETTINGS',
        message,
      },
    ]),
  ),
};

describe.each([
  ["the kubelet's configuration", CONFIGURATION],
  ['a cgroup name', NAMES],
  ['the command line', COMMAND_LINES],
  ["cgprep's settings", SETTINGS],
])('%s: nothing is written, and one line says what is wrong', (_, table) => {
  it.each(Object.entries(table))('%s', async (__, bad) => {
    await assertError(
      async (...form) => {
        const [command = '', ...rest] = commandLine(bad);
        const ran = await run(machineOf(bad), [command, ...form, ...rest]);
        expect(ran.journal).toEqual([]);
        return ran;
      },
      bad.code,
      bad.message,
    );
  });

  it.each(
    Object.entries(table).filter(
      ([, { argv = [] }]) => !argv.some((word) => /^(?:audit|--fail-on|--dry-run)/.test(word)),
    ),
  )('%s, audit', async (__, bad) => {
    const ran = await run(machineOf(bad), ['audit', ...commandLine(bad).slice(1)]);
    expect([ran.status, ran.stdout, ran.journal]).toEqual([ERROR_CODES[bad.code].status, '', []]);
  });
});

it.each([
  ['no command', [], 'no command was given'],
  ['an unknown command', ['repair'], '"repair" is not a command'],
  ['an option for a command', ['--dry-run'], 'no command was given'],
])('%s: status 64', async (_, argv, message) => {
  await assertError((...form) => run({}, [...argv, ...form]), 'CGP_USAGE', message);
});

/** A configuration that can be read, and of which the kubelet then says no, in these words. */
const VERDICTS: Readonly<Record<string, { config: string; says: string; host?: string; argv?: readonly string[] }>> = {
  'an unknown enforcement key': {
    config: `${HEAD}enforceNodeAllocatable: [pods, kube-reservd]\n`,
    says: 'failed to validate kubelet configuration, error: invalid configuration: option "kube-reservd" specified for enforceNodeAllocatable (--enforce-node-allocatable). Valid options are "pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible" or "none"',
  },
  'an empty enforcement key': {
    config: `${HEAD}enforceNodeAllocatable: [""]\n`,
    says: 'failed to validate kubelet configuration, error: invalid configuration: option "" specified for enforceNodeAllocatable (--enforce-node-allocatable). Valid options are "pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible" or "none"',
  },
  'a key twice': {
    config: `${HEAD}enforceNodeAllocatable: [pods, pods]\n`,
    says: 'failed to validate kubelet configuration, error: invalid configuration: duplicated enforcements "pods" in enforceNodeAllocatable (--enforce-node-allocatable)',
  },
  'none and another': {
    config: `${HEAD}enforceNodeAllocatable: [none, pods]\n`,
    says: 'failed to validate kubelet configuration, error: invalid configuration: enforceNodeAllocatable (--enforce-node-allocatable) may not contain additional enforcements when "none" is specified',
  },
  'enforcement without a name': {
    config: `${HEAD}enforceNodeAllocatable: [kube-reserved]\nkubeReserved: {cpu: 1m}\n`,
    says: 'failed to validate kubelet configuration, error: invalid configuration: kubeReservedCgroup (--kube-reserved-cgroup) must be specified when "kube-reserved" or "kube-reserved-compressible" included in enforceNodeAllocatable (--enforce-node-allocatable)',
  },
  'enforcement without a reservation': {
    config: `${HEAD}enforceNodeAllocatable: [kube-reserved]\nkubeReservedCgroup: /kube.slice\n`,
    says: 'Failed to enforce Kube Reserved Cgroup Limits on "/kube.slice": ["kube.slice"] cgroup is not configured properly',
  },
  'an empty reservation': {
    config: `${HEAD}enforceNodeAllocatable: [kube-reserved]\nkubeReservedCgroup: /kube.slice\nkubeReserved: {}\n`,
    says: 'Failed to enforce Kube Reserved Cgroup Limits on "/kube.slice": ["kube.slice"] cgroup is not configured properly',
  },
  ...Object.fromEntries(
    (
      [
        [
          'memory',
          '1GB',
          'failed to parse quantity "1GB" for "memory" resource: quantities must match the regular expression',
        ],
        [
          'cpu',
          '100%',
          'failed to parse quantity "100%" for "cpu" resource: quantities must match the regular expression',
        ],
        ['cpu', '', 'failed to parse quantity "" for "cpu" resource: quantities must match the regular expression'],
        ['memory', '1mi', 'failed to parse quantity "1mi" for "memory" resource: unable to parse quantity\'s suffix'],
        ['memory', '-1', 'resource quantity for "memory" cannot be negative: -1'],
        ['hugepages-2Mi', '1Gi', 'cannot reserve "hugepages-2Mi" resource'],
      ] as const
    ).map(([resource, amount, says]) => [
      `${resource}: "${amount}"`,
      {
        config: `${HEAD}kubeReserved: {${resource}: "${amount}"}\n`,
        says: `--kube-reserved value failed to parse: ${says}`,
      },
    ]),
  ),
  '-kube.slice under systemd': {
    host: 'debian12-unified',
    argv: ['--cgroup-driver', 'systemd'],
    ...(named('-kube.slice') as { config: string }),
    says: 'error converting cgroup name [[ kube]] to systemd format: invalid slice name: -kube.slice',
  },
  'a--b.slice under systemd': {
    host: 'debian12-unified',
    argv: ['--cgroup-driver', 'systemd'],
    ...(named('a--b.slice') as { config: string }),
    says: 'error converting cgroup name [[a  b]] to systemd format: invalid slice name: a--b.slice',
  },
};

describe("the kubelet's own refusal: status 1, in its words, and nothing is written", () => {
  it.each(Object.entries(VERDICTS))('%s', async (_, { config, says, host = 'unified-no-systemd', argv = [] }) => {
    const machine = { host, files: { '/kubelet.yaml': config } };
    const given = ['--kubelet-config', '/kubelet.yaml', '--kubelet-version', '1.34', ...argv];
    for (const command of [['audit'], ['oneshot', '--dry-run']]) {
      const { status, stdout, stderr, journal } = await run(machine, [...command, ...given, '-o', 'json']);
      const { verdict, findings } = JSON.parse(stdout) as Report;
      expect([status, verdict.kubeletStarts, stderr, journal]).toEqual([1, false, '', []]);
      expect(verdict.message?.startsWith(says), verdict.message ?? '').toBe(true);
      expect(findings.filter(({ severity }) => severity === 'error')).not.toEqual([]);
    }
    const text = await run(machine, ['audit', ...given]);
    expect(text.stdout.trimEnd().split('\n').at(-1)).toContain(`✗ NOT READY: the kubelet would refuse: ${says}`);
  });

  it.each(['-kube.slice', 'a--b.slice'])('of %s under systemd, oneshot makes nothing', async (name) => {
    const { status, journal } = await run(
      { host: 'debian12-unified', files: { '/kubelet.yaml': named(name).config ?? '' } },
      ['oneshot', '--kubelet-config', '/kubelet.yaml', '--cgroup-driver', 'systemd'],
    );
    expect([status, journal]).toEqual([1, []]);
  });
});

describe('what the kubelet only ignores is a finding', () => {
  it.each([
    [
      'a key twice',
      'kubeReservedCgroup: /a\nkubeReservedCgroup: /kube.slice\n',
      { code: 'config-duplicate-key', severity: 'warning', subject: 'kubeReservedCgroup' },
    ],
    [
      'a further document',
      'kubeReservedCgroup: /kube.slice\n---\nkubeReservedCgroup: /b\n',
      { code: 'config-extra-document', severity: 'warning' },
    ],
    [
      'a key of another case',
      'kubeReservedCgroup: /kube.slice\nkubereserved: {cpu: 1m}\n',
      { code: 'config-unknown-key', severity: 'warning', subject: 'kubereserved' },
    ],
  ])('%s', async (_, lines, finding) => {
    const files = { '/kubelet.yaml': `${HEAD}enforceNodeAllocatable: [pods]\n${lines}` };
    const { status, stdout } = await run({ files }, ['audit', '--kubelet-config', K, '-o', 'json']);
    const { findings, desired } = JSON.parse(stdout) as Report;
    expect([status, desired.map(({ path }) => path)]).toEqual([0, ['/kube.slice']]);
    const found = findings.filter(({ code }) => code.startsWith('config-'));
    expect(found).toEqual([expect.objectContaining(finding)]);
    expect(found[0]?.message).toMatch(/^\/kubelet\.yaml:\d: /);
  });
});

describe('half-written', () => {
  const whole = `${HEAD}${ENFORCED}kubeReservedCgroup: /kube.slice\n`;

  it('a file that is cut in a value is read again, and believed when it is whole', async () => {
    const cut = whole.slice(0, -5);
    const machine: Machine = { files: { [K]: cut }, writes: [K, [cut, whole, whole]] };
    const { status, journal } = await run(machine, ['oneshot', '--kubelet-config', K]);
    expect([status, journal]).toEqual([0, ['mkdir /sys/fs/cgroup/kube.slice']]);
  });

  it('a file that is cut in a key is read again too', async () => {
    const machine: Machine = { files: { [K]: HEAD }, writes: [K, [whole.slice(0, -20), whole]] };
    expect((await run(machine, ['oneshot', '--kubelet-config', K])).journal).toEqual([
      'mkdir /sys/fs/cgroup/kube.slice',
    ]);
  });
});

describe('a host on which nothing can be done', () => {
  const config = `${HEAD}${ENFORCED}failCgroupV1: false\nkubeReservedCgroup: /kubereserved\n`;
  it.each([
    ['no cgroups', 'no-cgroups', 69, 69, 'no-cgroups', 'system validation failed'],
    ["a container's view", 'cgroup-namespace', 1, 69, 'not-the-hosts-root', 'Failed to enforce Kube Reserved'],
    ["a container's view of v1", 'nested-container', 1, 69, 'not-the-hosts-root', 'Failed to enforce Kube Reserved'],
    ['read-only', 'read-only', 1, 77, 'read-only', 'Failed to enforce Kube Reserved'],
  ])('%s', async (_, host, audited, status, code, says) => {
    const machine = { host, files: { [K]: config } };
    const given = ['--kubelet-config', K, '-o', 'json'];
    const seen = await run(machine, ['audit', ...given]);
    const done = await run(machine, ['oneshot', ...given]);
    expect([seen.status, done.status]).toEqual([audited, status]);
    for (const { stdout, stderr, journal } of [seen, done]) {
      const { verdict, findings } = JSON.parse(stdout) as Report;
      expect([stderr, journal]).toEqual(['', []]);
      expect(verdict.message?.startsWith(says), verdict.message ?? 'starts').toBe(true);
      expect(findings.map((finding) => `${finding.severity} ${finding.code}`)).toContain(`error ${code}`);
    }
  });
});

describe('files that only a real filesystem has', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'cgprep-test-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const attempt =
    (name: string) =>
    async (...form: string[]): Promise<Ran> => {
      const touched = (): never => {
        throw new Error('nothing may be touched');
      };
      const world = {
        clock: realEnvironment().clock,
        reader: (root: string) => createReader(realSyscalls, root),
        door: () => ({ makeDirectory: touched, read: touched, write: touched }),
      };
      return await runIn(world, ['oneshot', '--kubelet-config', join(directory, name), ...form]);
    };

  const REAL: Readonly<Record<string, { make: (path: string) => void; code: ErrorCode; what: string }>> = {
    'a directory': {
      make: (path) => {
        mkdirSync(path);
      },
      code: 'CGP_KUBELET_CONFIG',
      what: 'is a directory, not a file',
    },
    '200 MB': {
      make: (path) => {
        writeFileSync(path, HEAD);
        truncateSync(path, 200 * 1024 * 1024);
      },
      code: 'CGP_KUBELET_CONFIG',
      what: 'is larger than 1 MiB, which no kubelet configuration is',
    },
    'a FIFO, which nobody writes to': {
      make: (path) => {
        expect(spawnSync('mkfifo', [path]).status).toBe(0);
      },
      code: 'CGP_KUBELET_CONFIG',
      what: 'is not a regular file',
    },
    'UTF-16': {
      make: (path) => {
        writeFileSync(path, Buffer.from(`\ufeff${HEAD}`, 'utf16le'));
      },
      code: 'CGP_KUBELET_CONFIG',
      what: 'is not UTF-8 text',
    },
    'ISO 8859-1': {
      make: (path) => {
        writeFileSync(path, Buffer.from(`${HEAD}# für\n`, 'latin1'));
      },
      code: 'CGP_KUBELET_CONFIG',
      what: 'is not UTF-8 text',
    },
  };

  it.each(Object.entries(REAL))('%s', async (name, { make, code, what }) => {
    make(join(directory, name));
    await assertError(attempt(name), code, `${join(directory, name)}: the kubelet configuration ${what}`);
  });

  it('a device that never ends', async () => {
    await assertError(
      attempt('../../dev/zero'),
      'CGP_KUBELET_CONFIG',
      /^\/dev\/zero: the kubelet configuration is not a regular file$/,
    );
  });
});
