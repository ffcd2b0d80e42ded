import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';
import type { Change, DriftKind, RecordEntry } from '../model/watch.ts';

/** More than `watch` lets either file grow to. */
const LIMIT = 1024 * 1024;
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

const KINDS: Readonly<Record<DriftKind, true>> = {
  'cgroup-missing': true,
  'controllers-missing': true,
  'cpuset-empty': true,
  'slice-inactive': true,
  'limits-changed': true,
  'configuration-changed': true,
  'daemon-moved': true,
};
const RESULTS: Readonly<Record<RecordEntry['result'], true>> = {
  repaired: true,
  failed: true,
  'backing-off': true,
  told: true,
};

/**
 * What `watch` has seen change on this host since it was booted, the latest first: one entry for each thing, however
 * often it drifted. A line that is broken, or of another boot, is passed over.
 * @param record the path of the record; what was rotated away lies beside it as `PATH.1`
 */
export function readChanges(reader: HostReader, record: string): Change[] {
  const text = (path: string): string => {
    const file = reader.readText(path, LIMIT);
    return refused(file) ? '' : file.text;
  };
  const boot = text(BOOT_ID).trim();
  const changes = new Map<string, Change>();
  for (const line of `${text(`${record}.1`)}\n${text(record)}`.split('\n')) {
    const entry = entryOf(line);
    if (entry === null || entry.boot !== boot) continue;
    const { kind, subject, message, result, time, count } = entry;
    const key = `${kind} ${subject}`;
    const before = changes.get(key);
    changes.delete(key);
    const firstAt = before?.firstAt ?? time;
    changes.set(key, { kind, subject, message, result, count: (before?.count ?? 0) + count, firstAt, lastAt: time });
  }
  return [...changes.values()].toReversed();
}

function entryOf(line: string): RecordEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isEntry(value) ? value : null;
}

function isEntry(value: unknown): value is RecordEntry {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as Readonly<Record<string, unknown>>;
  return (
    ['time', 'boot', 'kind', 'subject', 'message', 'result'].every((key) => typeof one[key] === 'string') &&
    Object.hasOwn(KINDS, String(one['kind'])) &&
    Object.hasOwn(RESULTS, String(one['result'])) &&
    Number.isSafeInteger(one['count']) &&
    Number(one['count']) > 0
  );
}
