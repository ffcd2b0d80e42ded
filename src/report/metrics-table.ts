import type { Observed } from '../model/metrics.ts';
import type { DriftKind } from '../model/watch.ts';
import { readiness } from './health.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (observed: Observed) => readonly Sample[];
}

/**
 * Every metric of `watch`. Names after prometheus.io/docs/practices/naming: base units, `_total` for counters.
 * Each label has few, fixed values, all there from the start: a rate() over a series that appears with
 * its first event misses that event. What drifted is in the log and the record, not in a label.
 * All begin with `cgprep_`, those of the process too, because node_exporter has its own `process_` metrics
 * and rejects a textfile that repeats one.
 */
export const METRICS: readonly Metric[] = [
  {
    name: 'cgprep_build_info',
    type: 'gauge',
    help: 'Always 1; the version is the label.',
    labels: ['version'],
    samples: ({ status }) => [{ labels: { version: status.cgprepVersion }, value: 1 }],
  },
  one('cgprep_start_time_seconds', 'gauge', 'When watch was started, seconds since the epoch.', ({ status }) => {
    return status.startedAtMs / 1000;
  }),
  one('cgprep_ready', 'gauge', '1 if the kubelet would start by a recent pass, as /readyz says.', (observed) => {
    return Number(readiness(observed).ok);
  }),
  one(
    'cgprep_kubelet_would_start',
    'gauge',
    '1 if the kubelet would start by the last pass, however old; 0 if not, or if that pass could not tell.',
    ({ status }) => Number(status.ready === true),
  ),
  {
    name: 'cgprep_drift_total',
    type: 'counter',
    help: 'How often something that was right was found not to be so any more.',
    labels: ['kind'],
    samples: ({ status }) => byKind(status.drift, (count) => count),
  },
  {
    name: 'cgprep_drift_standing',
    type: 'gauge',
    help: 'Drift that is there now: not repaired, not to be repaired, or left alone.',
    labels: ['kind'],
    samples: ({ status }) =>
      byKind(status.drift, (_, kind) => status.standing.filter((drift) => drift.kind === kind).length),
  },
  {
    name: 'cgprep_repairs_total',
    type: 'counter',
    help: 'What was done about drift.',
    labels: ['action', 'result'],
    samples: ({ status }) =>
      Object.entries(status.repairs).flatMap(([action, { done, failed }]) => [
        { labels: { action, result: 'done' }, value: done },
        { labels: { action, result: 'failed' }, value: failed },
      ]),
  },
  one(
    'cgprep_backing_off',
    'gauge',
    'Directories, files and units that drifted so often that repairing them waits.',
    ({ status }) => status.backingOff.length,
  ),
  {
    name: 'cgprep_passes_total',
    type: 'counter',
    help: 'Whole looks at the host, finished or failed.',
    labels: ['result'],
    samples: ({ status: { passes } }) => [
      { labels: { result: 'good' }, value: passes.good },
      { labels: { result: 'failed' }, value: passes.failed },
    ],
  },
  one('cgprep_pass_duration_seconds', 'gauge', 'How long the last pass took; 0 before the first.', ({ status }) => {
    return status.lastPassSeconds ?? 0;
  }),
  one(
    'cgprep_last_good_pass_timestamp_seconds',
    'gauge',
    'When the last good pass ended, seconds since the epoch; 0 before the first.',
    ({ status }) => (status.lastGoodPassAtMs ?? 0) / 1000,
  ),
  one('cgprep_resync_interval_seconds', 'gauge', 'A pass is made at least this often.', ({ resyncMs }) => {
    return resyncMs / 1000;
  }),
  one('cgprep_process_resident_memory_bytes', 'gauge', 'Resident memory of watch.', ({ usage }) => usage.residentBytes),
  one('cgprep_process_cpu_seconds_total', 'counter', 'User and system time of watch.', ({ usage }) => usage.cpuSeconds),
  one('cgprep_process_open_fds', 'gauge', 'Open file descriptors of watch.', ({ usage }) => usage.openFds),
];

/** A metric without labels. */
function one(name: string, type: Metric['type'], help: string, value: (observed: Observed) => number): Metric {
  return { name, type, help, labels: [], samples: (observed) => [{ labels: {}, value: value(observed) }] };
}

function byKind(
  drift: Readonly<Record<DriftKind, number>>,
  value: (count: number, kind: string) => number,
): readonly Sample[] {
  return Object.entries(drift).map(([kind, count]) => ({ labels: { kind }, value: value(count, kind) }));
}
