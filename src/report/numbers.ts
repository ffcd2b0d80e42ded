import type { NodeResource } from '../model/node.ts';
import type { Report } from '../model/report.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** The bar is as wide, whatever the resource. */
const BAR = 40;
const MIB = 2 ** 20;

/** One bar for each resource: every part that is not nothing has at least one sign, and the signs are 40. */
export function nodeSection({ node }: Report, ink: Paint): string {
  if (node.resources.length === 0) return '';
  const rows = node.resources.map((one) => [one.resource, bar(one, ink), sum(one)]);
  return `Node (s system, k kube, e eviction, h huge pages, = pods)\n${table(rows)}`;
}

type Part = readonly [sign: string, amount: number, style: keyof Paint, label: string];

function partsOf(one: NodeResource): Part[] {
  const parts: readonly Part[] = [
    ['s', one.systemReserved, 'warn', 'system'],
    ['k', one.kubeReserved, 'warn', 'kube'],
    ['e', one.eviction, 'bad', 'eviction'],
    ['h', one.hugePages, 'dim', 'huge pages'],
    ['=', one.allocatable, 'ok', 'pods'],
  ];
  return parts.filter(([, amount]) => amount > 0);
}

function bar(one: NodeResource, ink: Paint): string {
  const parts = partsOf(one);
  const total = parts.reduce((all, [, amount]) => all + amount, 0);
  const widths = parts.map(([, amount]) => Math.max(1, Math.floor((amount / total) * BAR)));
  // What rounding has left over or overdrawn, the widest part bears.
  const widest = widths.indexOf(Math.max(...widths));
  const spare = BAR - widths.reduce((all, width) => all + width, 0);
  const signs = parts.map(([sign, , style], at) =>
    ink[style](sign.repeat((widths[at] ?? 0) + (at === widest ? spare : 0))),
  );
  return `[${signs.join('')}]`;
}

/** `200m system + 100m kube + 1700m pods = 2000m`; in MiB the largest part takes the rounding, so that it adds up. */
function sum(one: NodeResource): string {
  const parts = partsOf(one);
  const size = one.unit === 'bytes' ? MIB : 1;
  const unit = one.unit === 'bytes' ? ' MiB' : 'm';
  const whole = Math.round(one.capacity / size);
  const amounts = parts.map(([, amount]) => amount);
  const rounded = amounts.map((amount) => Math.floor(amount / size));
  const over = amounts.reduce((all, amount) => all + amount, 0) > one.capacity;
  const most = amounts.indexOf(Math.max(...amounts));
  if (!over) rounded[most] = whole - rounded.reduce((all, part, at) => (at === most ? all : all + part), 0);
  const words = parts.map(([, , , label], at) => `${rounded[at]}${unit} ${label}`).join(' + ');
  return over ? `${words} > ${whole}${unit}: more is reserved than there is` : `${words} = ${whole}${unit}`;
}

/** What the kubelet would write to each enforced cgroup, beside what is in use there. */
export function limitsSection({ desired }: Report): string {
  const rows = desired.flatMap(({ path, limits, usage }) => {
    if (limits === null) return [];
    const { memoryBytes, memoryMinBytes, cpuShares, cpuWeight, pids, hugePagesForbidden } = limits;
    const inUse = (words: readonly (string | null)[]): string => {
      const known = words.filter((word) => word !== null);
      return known.length === 0 ? '' : ` (${known.join(', ')})`;
    };
    const memory = inUse([
      worded(usage?.memoryBytes, (bytes) => `${mebibytes(bytes)} in use`),
      worded(usage?.memoryPeakBytes, (bytes) => `peak ${mebibytes(bytes)}`),
    ]);
    const running = inUse([worded(usage?.pids, (count) => `${count} run`)]);
    const cells = [
      path,
      `memory ${memoryBytes === null ? 'untouched' : mebibytes(memoryBytes)}${memory}${memoryMinBytes === null ? '' : `, ${mebibytes(memoryMinBytes)} protected`}`,
      cpuShares === null ? 'cpu untouched' : `cpu ${cpuShares} shares, weight ${cpuWeight}`,
      `pids ${pids ?? 'untouched'}${running}`,
      hugePagesForbidden.length === 0 ? '' : `no huge pages of ${hugePagesForbidden.join(', ')}`,
    ];
    return [cells.at(-1) === '' ? cells.slice(0, -1) : cells];
  });
  return rows.length === 0 ? '' : `Limits that the kubelet would write\n${table(rows)}`;
}

/** Who would be killed first, and what pods and daemons get. */
export function oomSection({ oom }: Report, ink: Paint): string {
  if (oom === null || (oom.daemons.length === 0 && oom.first.length === 0)) return '';
  const { guaranteed, burstable1GiB, bestEffort } = oom.pods;
  const daemons = oom.daemons.map(({ pid, name, scoreAdj, wanted }) => [
    `${name} (${pid})`,
    `oom_score_adj ${ink[scoreAdj > wanted ? 'warn' : 'ok'](String(scoreAdj))}, should be ${wanted}`,
  ]);
  const pods = `Guaranteed ${guaranteed}, Burstable ${burstable1GiB === null ? 'by its request' : `${burstable1GiB} for 1 GiB`}, BestEffort ${bestEffort}`;
  const first = oom.first.map(({ name, pid, score }) => `${name} (${pid}) ${score}`).join(', ');
  const rows = [
    ...daemons,
    ['pods', pods],
    ...(first === '' ? [] : [['killed first', `${first}, by the kernel's score now`]]),
  ];
  return `When memory runs out\n${table(rows)}`;
}

function worded(value: number | null | undefined, words: (value: number) => string): string | null {
  return value === null || value === undefined ? null : words(value);
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
