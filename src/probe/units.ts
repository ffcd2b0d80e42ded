import type { UnitFacts, Units } from '../model/host.ts';
import type { Systemd } from '../model/ports.ts';

/** The settings by which a slice makes its ancestors pass controllers on (systemd.resource-control(5)). */
const SETTINGS = ['CPUAccounting', 'MemoryAccounting', 'TasksAccounting', 'CPUWeight', 'AllowedCPUs'];

/** Asks systemd once for all the units; null when there is no answer. */
export function observeUnits(systemd: Systemd, units: readonly string[]): Units {
  if (units.length === 0) return {};
  const answer = systemd.show(units, ['Id', 'LoadState', 'LoadError', 'ActiveState', ...SETTINGS]);
  return 'refusal' in answer ? null : parseShow(answer.text);
}

/** `systemctl show` of several units: blocks of `Key=value` with an empty line between. */
export function parseShow(text: string): Readonly<Record<string, UnitFacts>> {
  const units: Record<string, UnitFacts> = {};
  for (const block of text.split('\n\n')) {
    const values: Record<string, string> = {};
    for (const line of block.split('\n')) {
      const equals = line.indexOf('=');
      if (equals > 0) values[line.slice(0, equals)] = line.slice(equals + 1);
    }
    const {
      Id: id,
      LoadState: loadState = '',
      ActiveState: activeState = '',
      LoadError: error = '',
      ...properties
    } = values;
    if (id !== undefined) units[id] = { loadState, activeState, loadError: wordsOf(error), properties };
  }
  return units;
}

/** LoadError is a D-Bus error name and its text: `org.freedesktop.systemd1.UnitMasked "Unit x.slice is masked."` */
function wordsOf(error: string): string | null {
  const text = /^\S+ "?([^]*?)"?$/.exec(error)?.[1] ?? error;
  return text.trim() === '' ? null : text;
}
