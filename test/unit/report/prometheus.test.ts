import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../src/model/metrics.ts';
import { METRICS } from '../../../src/report/metrics-table.ts';
import { metricsText } from '../../../src/report/prometheus.ts';
import { observedAt, READY, STARTED } from '../../support/watch-status.ts';

/** Series → value. */
async function seriesOf(observed: Observed): Promise<Map<string, number>> {
  const lines = (await metricsText(observed)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

describe('the metrics', () => {
  it('are all there from the start, with every label value, at 0', async () => {
    const series = await seriesOf(observedAt(STARTED, 1));
    const zero = [...series].filter(([, value]) => value === 0).map(([name]) => name);
    expect(zero.filter((name) => name.startsWith('cgprep_drift_total')).length).toBe(7);
    expect(zero.filter((name) => name.startsWith('cgprep_drift_standing')).length).toBe(7);
    expect(zero.filter((name) => name.startsWith('cgprep_repairs_total')).length).toBe(10);
    expect([...series.keys()].filter((name) => !zero.includes(name))).toEqual([
      'cgprep_build_info{version="0.0.0-test"}',
      'cgprep_start_time_seconds',
      'cgprep_resync_interval_seconds',
      'cgprep_process_resident_memory_bytes',
      'cgprep_process_cpu_seconds_total',
      'cgprep_process_open_fds',
    ]);
  });

  it('say what the status says', async () => {
    const drift = { kind: 'limits-changed', subject: 'kube.slice', message: 'no limit' } as const;
    const status = {
      ...READY,
      passes: { good: 41, failed: 2 },
      drift: { ...READY.drift, 'cgroup-missing': 3, 'limits-changed': 2 },
      repairs: { ...READY.repairs, 'make-directory': { done: 5, failed: 1 } },
      standing: [drift, { ...drift, subject: 'system.slice' }],
      backingOff: ['/sys/fs/cgroup/cpuset/kube.slice'],
    };
    expect(Object.fromEntries(await seriesOf(observedAt(status, 1.5)))).toMatchObject({
      cgprep_ready: 1,
      cgprep_kubelet_would_start: 1,
      'cgprep_drift_total{kind="cgroup-missing"}': 3,
      'cgprep_drift_total{kind="limits-changed"}': 2,
      'cgprep_drift_standing{kind="limits-changed"}': 2,
      'cgprep_drift_standing{kind="cgroup-missing"}': 0,
      'cgprep_repairs_total{action="make-directory",result="done"}': 5,
      'cgprep_repairs_total{action="make-directory",result="failed"}': 1,
      cgprep_backing_off: 1,
      'cgprep_passes_total{result="good"}': 41,
      'cgprep_passes_total{result="failed"}': 2,
      cgprep_pass_duration_seconds: 0.0025,
      cgprep_last_good_pass_timestamp_seconds: 1_800_000_001,
      cgprep_start_time_seconds: 1_800_000_000,
      cgprep_resync_interval_seconds: 60,
      cgprep_process_resident_memory_bytes: 50_000_000,
      cgprep_process_cpu_seconds_total: 0.25,
      cgprep_process_open_fds: 21,
    });
  });

  it('an old verdict is the last one, and no longer readiness', async () => {
    const series = await seriesOf(observedAt(READY, 999));
    expect([series.get('cgprep_kubelet_would_start'), series.get('cgprep_ready')]).toEqual([1, 0]);
  });

  it('are the same text for the same moment: nothing is counted twice', async () => {
    const observed = observedAt({ ...READY, passes: { good: 7, failed: 0 } }, 2);
    expect(await metricsText(observed)).toBe(await metricsText(observed));
  });

  it('a version cannot break a line', async () => {
    const text = await metricsText(observedAt({ ...STARTED, cgprepVersion: 'a"b\\c\nd' }, 0));
    expect(text).toContain(String.raw`cgprep_build_info{version="a\"b\\c\nd"} 1`);
  });

  it.each(METRICS)('$name is named and told as Prometheus asks', ({ name, type, help, labels, samples }) => {
    expect(name).toMatch(/^cgprep_[a-z]+(?:_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/\.$/);
    for (const sample of samples(observedAt(STARTED, 0))) expect(Object.keys(sample.labels)).toEqual(labels);
  });
});
