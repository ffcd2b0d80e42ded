import type { BootFacts } from '../model/boot.ts';
import type { HostReader } from '../model/ports.ts';
import { EMBEDDED_UNITS } from './embedded-kubelet.ts';
import { enabledFor, unitFiles } from './unit-files.ts';
import { assignmentsIn } from './unit-text.ts';

/** In the order in which discovery looks for a kubelet. */
const KUBELETS = ['kubelet.service', ...EMBEDDED_UNITS];
const CGPREPS = ['cgprep.service', 'cgprep-watch.service'];

/** What every service comes after without a word, unless DefaultDependencies= is off (systemd.special(7), bootup(7)). */
const BEFORE_EVERY_SERVICE = ['basic.target', 'sysinit.target', 'slices.target', 'sockets.target', 'paths.target'];

/** Through the targets of a whole system a chain is some dozen units long. */
const MOST_UNITS = 256;

/** One unit with its drop-ins. Lists of dependencies only grow (systemd.unit(5), "Before=, After="). */
interface Unit {
  readonly name: string;
  readonly file: string | null;
  readonly lists: (...keys: readonly string[]) => string[];
  readonly startPre: readonly { readonly line: string; readonly file: string }[];
}

/** Reads the installed units as systemd would, without asking it. @param slices the reserved cgroups' own */
export function observeBoot(reader: HostReader, slices: readonly string[]): BootFacts {
  const kubelet = KUBELETS.map((name) => readUnit(reader, name)).find(({ file }) => file !== null);
  if (kubelet?.file === undefined || kubelet.file === null) return NOTHING;
  const { name, file } = kubelet;
  return {
    kubelet: { unit: name, file },
    startPre: startPreOf(kubelet),
    services: CGPREPS.map((unit) => readUnit(reader, unit)).flatMap((unit) =>
      unit.file === null
        ? []
        : [
            {
              unit: unit.name,
              file: unit.file,
              order: orderOf(reader, unit.name, name),
              wantedBy: wantedBy(reader, unit.name, kubelet),
            },
          ],
    ),
    lateSlices: slices.flatMap((unit) => {
      const slice = readUnit(reader, unit);
      const late = slice.lists('After').includes(name) || kubelet.lists('Before').includes(unit);
      return late ? [{ unit, file: slice.file ?? file }] : [];
    }),
    enabledSlices: slices.filter((unit) => enabledFor(reader, unit).length > 0),
  };
}

const NOTHING: BootFacts = { kubelet: null, startPre: null, services: [], lateSlices: [], enabledSlices: [] };

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
  return { name, file: files[0]?.path ?? null, lists, startPre };
}

function startPreOf({ startPre }: Unit): BootFacts['startPre'] {
  const own = startPre.find(({ line }) => /\bcgprep\b/.test(line));
  if (own !== undefined) return { file: own.file, runs: 'cgprep' };
  const script = startPre.find(({ line }) => /\bmkdir\b.*\bcgroup\b/.test(line));
  return script === undefined ? null : { file: script.file, runs: 'mkdir' };
}

/** A link for a kubelet's unit that is not there pulls nothing in. */
function wantedBy(reader: HostReader, unit: string, kubelet: Unit): string[] {
  const pulls = kubelet.lists('Wants', 'Requires', 'BindsTo', 'Requisite', 'Upholds').includes(unit);
  const links = enabledFor(reader, unit).filter((by) => by === kubelet.name || !KUBELETS.includes(by));
  return [...new Set([...links, ...(pulls ? [kubelet.name] : [])])];
}

/** One unit comes before another if a chain of Before= from the one meets a chain of After= from the other. */
function orderOf(reader: HostReader, unit: string, kubelet: string): 'before' | 'after' | 'unordered' {
  if (precedes(reader, unit, kubelet)) return 'before';
  return precedes(reader, kubelet, unit) ? 'after' : 'unordered';
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
