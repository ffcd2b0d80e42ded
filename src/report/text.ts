import { oneLine } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { configurationSection } from './configuration.ts';
import { paint } from './paint.ts';
import type { Paint } from './paint.ts';
import { limitsSection, nodeSection, oomSection } from './numbers.ts';
import { table } from './table.ts';

/** The report for people; the verdict is the last line. @param colour with ANSI colours, or plain */
export function renderText(raw: Report, colour: boolean): string {
  const report = withoutControls(raw);
  const ink = paint(colour);
  const sections = [
    head(report),
    configurationSection(report),
    nodeSection(report, ink),
    tree(report, ink),
    limitsSection(report),
    oomSection(report, ink),
    plan(report, ink),
    refusals(report, ink),
    changes(report, ink),
    findings(report, ink),
  ];
  return `${sections.filter((section) => section !== '').join('\n')}\n${verdict(report, ink)}\n`;
}

const MODES = {
  legacy: 'cgroup v1',
  hybrid: 'cgroup v1 with a cgroup2 tree beside it (hybrid)',
  unified: 'cgroup v2',
  unavailable: 'no cgroups',
} as const;

function head({ host, kubelet }: Report): string {
  const version = host.systemd?.version ?? null;
  const systemd = host.systemd === null ? 'systemd is not PID 1' : `systemd${version === null ? '' : ` ${version}`}`;
  return table([
    ...machine(host.inventory),
    ['Host', `${MODES[host.cgroupMode]}, ${systemd}`],
    ['Driver', `${host.cgroupDriver.value} (${host.cgroupDriver.evidence})`],
    ...runtime(host.runtime),
    ['Kubelet', `${kubelet.version} (${kubelet.versionSource})`],
    ['Enforces', kubelet.enforceNodeAllocatable.length === 0 ? 'nothing' : kubelet.enforceNodeAllocatable.join(', ')],
    ['Read', kubelet.sources.length === 0 ? 'no kubelet configuration' : kubelet.sources.join(', ')],
  ]);
}

/** `Debian GNU/Linux 12, Linux 6.1.0, 2 × Xeon, 4096 MiB, ext4 on /var/lib: 50 GiB, 20 GiB free`; what is known of it. */
function machine(inventory: Report['host']['inventory']): string[][] {
  if (inventory === null) return [];
  const { distribution, kernel, processors, memory, filesystem } = inventory;
  const parts = [
    distribution,
    kernel === null ? null : `Linux ${kernel}`,
    processors.model === null ? null : `${processors.online ?? '?'} × ${processors.model}`,
    memory.totalBytes === null ? null : sized(memory.totalBytes),
    filesystem === null ? null : `${filesystem.type} on ${filesystem.mountpoint}${space(filesystem)}`,
  ].filter((part) => part !== null);
  return [['Machine', parts.length === 0 ? 'unknown' : parts.join(', ')]];
}

function space({ sizeBytes, availableBytes }: { sizeBytes: number | null; availableBytes: number | null }): string {
  if (sizeBytes === null || availableBytes === null) return '';
  return `: ${sized(sizeBytes)}, ${sized(availableBytes)} free`;
}

function sized(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function runtime(asked: Report['host']['runtime']): string[][] {
  if (asked === null) return [];
  const { name, version, socket, cgroupDriver, silence } = asked;
  const who = name === null ? socket : `${name}${version === null ? '' : ` ${version}`} on ${socket}`;
  return [['Runtime', `${who}: ${cgroupDriver ?? silence ?? 'no answer'}`]];
}

const STATES = {
  present: ['ok', '✓ present'],
  missing: ['bad', '✗ missing'],
  incomplete: ['bad', '✗ controllers missing'],
  unreadable: ['dim', '? cannot look'],
} as const;

/** Hierarchies downwards, the cgroups wanted sideways. */
function tree({ desired }: Report, ink: Paint): string {
  if (desired.length === 0) return 'Cgroups\n  none is wanted\n';
  const columns = desired.map((cgroup) => `${cgroup.path} (${cgroup.role}${cgroup.enforced ? '' : ', not enforced'})`);
  const rows = (desired[0]?.directories ?? []).map(({ controllers }, at) => [
    controllers.join(','),
    ...desired.map((cgroup) => {
      const [style, words] = STATES[cgroup.directories[at]?.state ?? 'unreadable'];
      return ink[style](words);
    }),
  ]);
  return `Cgroups\n${table([['', ...columns], ...rows])}`;
}

const VERBS = {
  'set-properties': 'set properties of',
  'start-slice': 'start',
  'make-directory': 'make',
  'seed-cpuset': 'fill',
  'enable-controllers': 'enable in',
} as const;
const OUTCOMES = { planned: 'dim', done: 'ok', unchanged: 'dim', failed: 'bad', stale: 'warn' } as const;

function plan({ plan: actions, command }: Report, ink: Paint): string {
  if (actions.length === 0) return `Plan\n  nothing to do\n`;
  const rows = actions.map(({ action, target, why, outcome, error }) => [
    ink[OUTCOMES[outcome]](outcome),
    `${VERBS[action]} ${target}`,
    error === null ? why : `${why}: ${error}`,
  ]);
  const planned = actions.every(({ outcome }) => outcome === 'planned');
  const title = planned
    ? `Plan (what ${command === 'audit' ? 'cgprep oneshot' : 'it'} would do; nothing was touched)`
    : 'Done';
  return `${title}\n${table(rows)}`;
}

function refusals({ refusals: all }: Report, ink: Paint): string {
  if (all.length === 0) return '';
  return `Not touched\n${table(all.map(({ target, why }) => [ink.warn(target), why]))}`;
}

const RESULTS = { repaired: 'ok', failed: 'bad', 'backing-off': 'warn', told: 'warn' } as const;

/** A long history is in the record; here stand the latest. */
const MOST_CHANGES = 20;

function changes({ changes: all }: Report, ink: Paint): string {
  if (all === null || all.length === 0) return '';
  const rows = all
    .slice(0, MOST_CHANGES)
    .map(({ subject, message, result, count, lastAt }) => [
      ink.dim(lastAt),
      ink[RESULTS[result]](result),
      `${subject}: ${message}${count > 1 ? ` (${count} times)` : ''}`,
    ]);
  const more = all.length > MOST_CHANGES ? `  and ${all.length - MOST_CHANGES} more\n` : '';
  return `Changed since boot (seen by cgprep watch, the latest first)\n${table(rows)}${more}`;
}

const SEVERITIES = { error: 'bad', warning: 'warn', info: 'dim' } as const;

/** Findings of one kind with one remedy stand together: a node without a slice lacks it under each controller. */
function findings({ findings: all }: Report, ink: Paint): string {
  if (all.length === 0) return '';
  const groups = Map.groupBy(all, ({ code, severity, ignored, remedy }) =>
    JSON.stringify([code, severity, ignored, remedy]),
  );
  return `Findings\n${[...groups.values()].map((group) => findingGroup(group, ink)).join('')}`;
}

function findingGroup(group: Report['findings'], ink: Paint): string {
  const first = group[0];
  if (first === undefined) return '';
  const word = ink[first.ignored ? 'dim' : SEVERITIES[first.severity]](
    `[${first.ignored ? 'ignored' : first.severity}]`,
  );
  // Of many, each has one line: whoever is woken reads the first of them and the remedy.
  const between = group.length > 1 ? '  ' : '\n        ';
  const lines = group.map(({ message, evidence }) => `      ${message}${between}${ink.dim(evidence.join(', '))}\n`);
  return `  ${word} ${first.code}${group.length > 1 ? ` (${group.length})` : ''}\n${lines.join('')}      → ${first.remedy}\n`;
}

function verdict({ verdict: { kubeletStarts, message } }: Report, ink: Paint): string {
  if (kubeletStarts) return `${ink.ok('✓ READY')}: the kubelet would start on this host.`;
  return `${ink.bad('✗ NOT READY')}: the kubelet would refuse: ${message ?? 'no reason known'}`;
}

/** A mount point or a name may hold line ends and terminal escapes; they are shown, not obeyed. */
function withoutControls(report: Report): Report {
  const text = JSON.stringify(report);
  // JSON writes C0 controls as escapes; a report without any, which is nearly every one, is left as it is.
  if (!/\\[bfnrtu]|[\u007f-\u009f\u2028\u2029]/.test(text)) return report;
  return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? oneLine(value) : value)) as Report;
}
