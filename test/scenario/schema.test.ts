import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { CgprepError, ERROR_CODES } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { CgroupDriver, CgroupMode, Hierarchy } from '../../src/model/cgroup.ts';
import type { Role } from '../../src/model/kubelet.ts';
import type { ActionKind, OutcomeWord } from '../../src/model/plan.ts';
import type { Report, Severity } from '../../src/model/report.ts';
import type { MachineFacts } from '../../src/model/inventory.ts';
import type { RuntimeAnswer } from '../../src/model/runtime.ts';
import type { Change, DriftKind } from '../../src/model/watch.ts';
import { errorObject } from '../../src/report/error.ts';
import { hostFiles } from '../support/captured-host.ts';
import { memoryHost } from '../support/memory-environment.ts';

/** As much of JSON Schema as the two schemas use. */
interface Schema {
  readonly $id?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
}

const SCHEMAS = join(import.meta.dirname, '..', '..', 'schema');
const reportSchema = schemaOf('report');
const errorSchema = schemaOf('error');
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const isReport = ajv.compile<Report>(reportSchema);
const isError = ajv.compile(errorSchema);

function schemaOf(name: string): Schema {
  return JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8')) as Schema;
}

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const RESERVED =
  'kubeReserved: {cpu: 100m, memory: 256Mi, pid: "1000"}\nsystemReserved: {cpu: 200m, memory: 512Mi, pid: "1000"}\n';
const BOTH = `${HEAD}${RESERVED}failCgroupV1: false\nenforceNodeAllocatable: [pods, kube-reserved, system-reserved]\n`;
const NAMES = 'kubeReservedCgroup: /kube.slice\nsystemReservedCgroup: /system.slice\n';

/** What the kubelet may be told: what it takes, what it refuses, and what it dies of. */
const CONFIGS: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  'enforcing nothing': `${HEAD}cgroupDriver: systemd\n`,
  'top level, systemd': `${BOTH}${NAMES}cgroupDriver: systemd\n`,
  'top level, cgroupfs': `${BOTH}${NAMES}cgroupDriver: cgroupfs\n`,
  'nested, systemd': `${BOTH}kubeReservedCgroup: /kube-reserved.slice\nsystemReservedCgroup: /system.slice\ncgroupDriver: systemd\n`,
  'nested, cgroupfs': `${BOTH}kubeReservedCgroup: /daemons/kube\nsystemReservedCgroup: /daemons\ncgroupDriver: cgroupfs\n`,
  'a name that panics': `${BOTH}kubeReservedCgroup: /a--b.slice\nsystemReservedCgroup: /-x\ncgroupDriver: systemd\n`,
  'no name': BOTH,
  'no reservation': `${HEAD}enforceNodeAllocatable: [kube-reserved]\nkubeReservedCgroup: /kube.slice\n`,
  'a bad quantity': `${HEAD}kubeReserved: {memory: 1GB}\nenforceNodeAllocatable: [pods]\n`,
  'a bad word': `${HEAD}enforceNodeAllocatable: [pods, pods, everything]\n`,
  'v1 refused': `${HEAD}${RESERVED}failCgroupV1: true\nenforceNodeAllocatable: [pods]\n`,
  MemoryQoS: `${BOTH}${NAMES}cgroupDriver: systemd\nfeatureGates: {MemoryQoS: true}\n`,
  'reserved CPUs': `${BOTH}${NAMES}reservedSystemCPUs: "0"\n`,
  'odd keys': `${HEAD}KubeReservedCgroup: /x\ncgroupDriver: systemd\ncgroupDriver: cgroupfs\n---\n{}\n`,
};

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  audit: ['audit', '--ignore', 'cgroup-missing'],
  oneshot: ['oneshot'],
  'dry run': ['oneshot', '--dry-run'],
};

const runs = hostFiles().flatMap(({ name, host }) =>
  Object.entries(CONFIGS).flatMap(([config, text]) =>
    Object.entries(COMMANDS).map(([title, argv]) => ({
      title: `${name}, ${config}, ${title}`,
      run: () => memoryHost(host, text).run(...argv, '-o', 'json', '--kubelet-version', '1.36.2'),
    })),
  ),
);

/** A host on which every change is refused, and what oneshot says of it. */
async function failedRun(): Promise<unknown> {
  const machine = memoryHost(captured('legacy-no-hugetlb'), `${BOTH}${NAMES}`, (call) =>
    call.startsWith('mkdir ') ? 'EACCES' : null,
  );
  return JSON.parse((await machine.run('oneshot', '-o', 'json')).stdout);
}

/** A host on which huge pages are in use where the kubelet forbids them. */
async function hugePagesRun(): Promise<unknown> {
  const host = captured('debian12-unified');
  const files = { ...host.files, '/sys/fs/cgroup/system.slice/hugetlb.2MB.current': '2097152\n' };
  return JSON.parse((await memoryHost({ ...host, files }, `${BOTH}${NAMES}`).run('audit', '-o', 'json')).stdout);
}

/** A host whose runtime was asked. */
async function askedRun(config: RuntimeAnswer['config']): Promise<unknown> {
  const askRuntime = (socket: string): Promise<RuntimeAnswer> =>
    Promise.resolve({ socket, name: 'containerd', version: '2.1.4', config });
  const askMachine = (): Promise<MachineFacts> =>
    Promise.resolve({
      processors: { model: 'A processor', cores: 2, sockets: 1 },
      space: { sizeBytes: 2 ** 31, availableBytes: 2 ** 30 },
    });
  const host = captured('debian12-unified');
  const files = {
    ...host.files,
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    '/proc/sys/kernel/osrelease': '6.1.0\n',
  };
  const machine = memoryHost({ ...host, files }, `${BOTH}${NAMES}`, undefined, { askRuntime, askMachine });
  return JSON.parse((await machine.run('audit', '-o', 'json')).stdout);
}

/** A host on which watch has recorded what it saw. */
async function recordedRun(): Promise<unknown> {
  const host = captured('debian12-unified');
  const entry = { time: '2026-01-01T00:00:00.000Z', boot: 'b', kind: 'limits-changed', subject: '/x', message: 'm' };
  const line = JSON.stringify({ ...entry, result: 'told', done: [], count: 2 });
  const files = {
    ...host.files,
    '/proc/sys/kernel/random/boot_id': 'b\n',
    '/run/cgprep/watch.jsonl': `${line}\n`,
  };
  return JSON.parse((await memoryHost({ ...host, files }, `${BOTH}${NAMES}`).run('audit', '-o', 'json')).stdout);
}

function captured(name: string): ReturnType<typeof hostFiles>[number]['host'] {
  const found = hostFiles().find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no captured host ${name}`);
  return found.host;
}

const reports = await Promise.all(
  runs.map(async ({ title, run }) => {
    const { status, stdout, stderr } = await run();
    return { title, status, stderr, report: stdout === '' ? null : (JSON.parse(stdout) as unknown) };
  }),
);
reports.push({ title: 'a oneshot that fails', status: 77, stderr: '', report: await failedRun() });
reports.push({ title: 'huge pages in use', status: 1, stderr: '', report: await hugePagesRun() });
const told = await askedRun({ kind: 'driver', number: 0 });
reports.push({ title: 'a runtime that was asked', status: 1, stderr: '', report: told });
const untold = await askedRun({ kind: 'unimplemented' });
reports.push({ title: 'a runtime that is too old', status: 1, stderr: '', report: untold });
reports.push({ title: 'a record of changes', status: 1, stderr: '', report: await recordedRun() });

describe('schema/report.schema.json', () => {
  it.each(reports)('takes $title', ({ report, status, stderr }) => {
    expect(report, `status ${status}: ${stderr}`).not.toBeNull();
    expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  });

  it('takes the same report as YAML', async () => {
    const { stdout } = await memoryHost(captured('debian12-legacy'), CONFIGS['nested, systemd']).run(
      'audit',
      '-o',
      'yaml',
    );
    expect(isReport(parse(stdout)), JSON.stringify(isReport.errors)).toBe(true);
  });

  it('has no property that no report has', () => {
    const produced = new Set(reports.flatMap(({ report }) => pathsIn(report)));
    expect(produced.size).toBeGreaterThan(40);
    expect([...produced].toSorted()).toEqual(pathsOf(reportSchema).toSorted());
  });

  it('has null where a report has null, and only there', () => {
    const nulls = new Set(reports.flatMap(({ report }) => pathsIn(report, (value) => value === null)));
    const values = new Set(reports.flatMap(({ report }) => pathsIn(report, (value) => value !== null)));
    const nullable = pathsOf(reportSchema, ({ type }) => Array.isArray(type) && type.includes('null'));
    // No captured host has the library that tells systemd's version.
    expect(nullable).toEqual(expect.arrayContaining([...nulls]));
    expect([...values]).toEqual(expect.arrayContaining(nullable.filter((path) => path !== 'host.systemd.version')));
  });

  it('allows any code, and docs/findings.md explains each that a report has', () => {
    const explained = readFileSync(join(SCHEMAS, '..', 'docs', 'findings.md'), 'utf8');
    const codes = new Set(reports.flatMap(({ report }) => (report as Report).findings.map(({ code }) => code)));
    expect(codes.size).toBeGreaterThan(12);
    expect([...codes].filter((code) => !explained.includes(`\n## \`${code}\`\n`))).toEqual([]);
  });

  it('refuses a report with one property more or less, wherever it is', async () => {
    const complete = await failedRun();
    expect(isReport(complete)).toBe(true);
    const objects = objectsIn(complete);
    expect(objects.length).toBeGreaterThan(10);
    for (const one of objects) {
      one['surprise'] = 1;
      expect(isReport(complete), `surprise in ${Object.keys(one).join()}`).toBe(false);
      delete one['surprise'];
      for (const [key, value] of Object.entries(one)) {
        delete one[key];
        expect(isReport(complete), `without ${key}`).toBe(false);
        one[key] = value;
      }
    }
    expect(isReport(complete)).toBe(true);
  });

  // Each table is checked by the compiler: a word more or less than the code's type has does not compile.
  it.each([
    ['command', { audit: 1, oneshot: 1 } satisfies Record<Report['command'], 1>],
    ['host.cgroupMode', { legacy: 1, hybrid: 1, unified: 1, unavailable: 1 } satisfies Record<CgroupMode, 1>],
    ['host.hierarchies[].type', { cgroup: 1, cgroup2: 1 } satisfies Record<Hierarchy['type'], 1>],
    ['host.cgroupDriver.value', { systemd: 1, cgroupfs: 1 } satisfies Record<CgroupDriver, 1>],
    ['desired[].role', { 'kube-reserved': 1, 'system-reserved': 1 } satisfies Record<Role, 1>],
    [
      'desired[].directories[].state',
      { present: 1, missing: 1, incomplete: 1, unreadable: 1 } satisfies Record<
        Report['desired'][number]['directories'][number]['state'],
        1
      >,
    ],
    [
      'plan[].action',
      {
        'set-properties': 1,
        'start-slice': 1,
        'make-directory': 1,
        'seed-cpuset': 1,
        'enable-controllers': 1,
      } satisfies Record<ActionKind, 1>,
    ],
    ['plan[].outcome', { planned: 1, done: 1, unchanged: 1, failed: 1, stale: 1 } satisfies Record<OutcomeWord, 1>],
    [
      'changes[].kind',
      {
        'cgroup-missing': 1,
        'controllers-missing': 1,
        'cpuset-empty': 1,
        'slice-inactive': 1,
        'limits-changed': 1,
        'configuration-changed': 1,
        'daemon-moved': 1,
      } satisfies Record<DriftKind, 1>,
    ],
    ['changes[].result', { repaired: 1, failed: 1, 'backing-off': 1, told: 1 } satisfies Record<Change['result'], 1>],
    ['findings[].severity', { error: 1, warning: 1, info: 1 } satisfies Record<Severity, 1>],
  ])("has the code's words for %s", (path, words) => {
    expect(at(reportSchema, path).enum?.toSorted()).toEqual(Object.keys(words).toSorted());
  });

  it('has no other closed list of words', () => {
    expect(pathsOf(reportSchema, (one) => one.enum !== undefined)).toHaveLength(11);
  });
});

describe('schema/error.schema.json', () => {
  const legacy = captured('debian12-legacy');
  it.each([
    ['CGP_USAGE', undefined, ['audit', '--nonsense']],
    ['CGP_USAGE', undefined, ['audit', '--kubelet-version', 'x']],
    ['CGP_SETTINGS', undefined, ['audit', '--config', '/nowhere.yaml']],
    ['CGP_KUBELET_CONFIG', 'kind: [', ['audit']],
    ['CGP_KUBELET_ARGS', undefined, ['audit', '--kubelet-args', '--config "']],
    ['CGP_CGROUP_NAME', `${BOTH}kubeReservedCgroup: /kubepods\nsystemReservedCgroup: /s.slice\n`, ['oneshot']],
  ] as const)('takes %s', async (code, config, argv) => {
    const { status, stdout, stderr } = await memoryHost(legacy, config).run(...argv, '-o', 'json');
    const object = JSON.parse(stderr) as { error: { code: string } };
    expect(isError(object), JSON.stringify(isError.errors)).toBe(true);
    expect([object.error.code, status, stdout]).toEqual([code, ERROR_CODES[code].status, '']);
  });

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('takes the object of %s, and not one with more in it', (code) => {
    const object = errorObject(new CgprepError(code, 'what', 'what to do'));
    expect(isError(object), JSON.stringify(isError.errors)).toBe(true);
    expect(isError({ ...object, stack: '' })).toBe(false);
    expect(pathsIn(object).toSorted()).toEqual(pathsOf(errorSchema).toSorted());
  });

  it("has the code's codes", () => {
    expect(at(errorSchema, 'error.code').enum).toEqual(Object.keys(ERROR_CODES));
  });
});

describe.each([
  ['cgprep.report/v1', reportSchema],
  ['cgprep.error/v1', errorSchema],
])('%s', (id, schema) => {
  it('is named so, describes every field in one line, and leaves none open', () => {
    expect(schema.$id).toBe(id);
    expect(at(schema, 'schemaVersion').const).toBe(id);
    for (const path of ['', ...pathsOf(schema)]) {
      const one = at(schema, path);
      expect(one.description, path).toMatch(/^.{8,200}$/);
      const object = one.items ?? one;
      if (object.properties === undefined) continue;
      expect(object.additionalProperties, path).toBe(false);
      expect(object.required, path).toEqual(Object.keys(object.properties));
    }
  });
});

/** Every field of a value as a path, `plan[].id`; of several with one path, one. */
function pathsIn(value: unknown, wanted: (value: unknown) => boolean = () => true, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => pathsIn(item, wanted, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [...(wanted(item) ? [here] : []), ...pathsIn(item, wanted, here)];
  });
}

/** The same of a schema. */
function pathsOf(schema: Schema, wanted: (schema: Schema) => boolean = () => true, path = ''): string[] {
  if (schema.items !== undefined) return pathsOf(schema.items, wanted, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([key, one]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [...(wanted(one) ? [here] : []), ...pathsOf(one, wanted, here)];
  });
}

function at(schema: Schema, path: string): Schema {
  let found: Schema | undefined = schema;
  for (const step of path.split(/\.|(?=\[\])/).filter((word) => word !== '')) {
    found = step === '[]' ? found?.items : found?.properties?.[step];
  }
  if (found === undefined) throw new Error(`the schema has no ${path}`);
  return found;
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside];
}
