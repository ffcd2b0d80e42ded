import type { BootFacts } from '../model/boot.ts';
import type { HostReader } from '../model/ports.ts';
import { enabledFor, unitFiles } from './unit-files.ts';
import { assignmentsIn } from './unit-text.ts';

const KUBELET = 'kubelet.service';
const CGPREP = 'cgprep.service';

/** What every service comes after without a word, unless DefaultDependencies= is off (systemd.special(7), bootup(7)). */
const BEFORE_EVERY_SERVICE = ['basic.target', 'sysinit.target', 'slices.target', 'sockets.target', 'paths.target'];

/** Through the targets of a whole system a chain is some dozen units long. */
const MOST_UNITS = 256;

/** One unit with its drop-ins. Lists of dependencies only grow (systemd.unit(5), "Before=, After="). */
interface Unit {
  readonly file: string | null;
  readonly lists: (...keys: readonly string[]) => string[];
  readonly startPre: readonly { readonly line: string; readonly file: string }[];
}

/** Reads the installed units as systemd would, without asking it. @param slices the reserved cgroups' own */
export function observeBoot(reader: HostReader, slices: readonly string[]): BootFacts {
  const kubelet = readUnit(reader, KUBELET);
  const cgprep = readUnit(reader, CGPREP);
  return {
    kubelet: kubelet.file,
    startPre: startPreOf(kubelet),
    service:
      cgprep.file === null ? null : { file: cgprep.file, order: orderOf(reader), wantedBy: wantedBy(reader, kubelet) },
    lateSlices: slices.flatMap((unit) => {
      const { file, lists } = readUnit(reader, unit);
      const late = lists('After').includes(KUBELET) || kubelet.lists('Before').includes(unit);
      return late ? [{ unit, file: file ?? kubelet.file ?? unit }] : [];
    }),
    enabledSlices: slices.filter((unit) => enabledFor(reader, unit).length > 0),
  };
}

function readUnit(reader: HostReader, name: string): Unit {
  const files = unitFiles(reader, name);
  const unit = files.flatMap(({ text }) => assignmentsIn('Unit', text));
  let startPre: { line: string; file: string }[] = [];
  for (const { path, text } of files) {
    for (const { key, value } of assignmentsIn('Service', text)) {
      if (key === 'ExecStartPre') startPre = value === '' ? [] : [...startPre, { line: value, file: path }];
    }
  }
  const lists = (...keys: readonly string[]): string[] =>
    unit
      .filter(({ key }) => keys.includes(key))
      .flatMap(({ value }) => value.split(/\s+/).filter((word) => word !== ''));
  return { file: files[0]?.path ?? null, lists, startPre };
}

function startPreOf({ startPre }: Unit): BootFacts['startPre'] {
  const own = startPre.find(({ line }) => /\bcgprep\b/.test(line));
  if (own !== undefined) return { file: own.file, runs: 'cgprep' };
  const script = startPre.find(({ line }) => /\bmkdir\b.*\bcgroup\b/.test(line));
  return script === undefined ? null : { file: script.file, runs: 'mkdir' };
}

function wantedBy(reader: HostReader, kubelet: Unit): string[] {
  const pulls = kubelet.lists('Wants', 'Requires', 'BindsTo', 'Requisite', 'Upholds').includes(CGPREP);
  return [...new Set([...enabledFor(reader, CGPREP), ...(pulls ? [KUBELET] : [])])];
}

/** One unit comes before another if a chain of Before= from the one meets a chain of After= from the other. */
function orderOf(reader: HostReader): 'before' | 'after' | 'unordered' {
  if (precedes(reader, CGPREP, KUBELET)) return 'before';
  return precedes(reader, KUBELET, CGPREP) ? 'after' : 'unordered';
}

function precedes(reader: HostReader, first: string, second: string): boolean {
  const forward = chain(reader, first, 'Before');
  const backward = chain(reader, second, 'After');
  return [...forward].some((unit) => backward.has(unit));
}

/** Every unit that follows from a unit by one kind of ordering, itself too. */
function chain(reader: HostReader, start: string, key: 'Before' | 'After'): Set<string> {
  const found = new Set([start]);
  for (const name of found) {
    if (found.size > MOST_UNITS) break;
    const { lists, file } = readUnit(reader, name);
    const implied =
      key === 'After' &&
      file !== null &&
      name.endsWith('.service') &&
      !lists('DefaultDependencies').some((word) => /^(?:0|n|no|f|false|off)$/i.test(word))
        ? BEFORE_EVERY_SERVICE
        : [];
    for (const next of [...lists(key), ...implied]) found.add(next);
  }
  return found;
}
