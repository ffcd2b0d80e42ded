import type { Observed } from '../model/metrics.ts';
import { METRICS } from './metrics-table.ts';

/** The text exposition format, prometheus.io/docs/instrumenting/exposition_formats. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The metrics of one moment, in a registry that is gone with it: nothing is counted here, so nothing can go wrong twice. */
export async function metricsText(observed: Observed): Promise<string> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  for (const { name, type, help, labels, samples } of METRICS) {
    const options = { name, help, labelNames: labels, registers: [registry] };
    const metric = type === 'gauge' ? new Gauge(options) : new Counter(options);
    for (const sample of samples(observed)) metric.inc(sample.labels, sample.value);
  }
  return registry.metrics();
}
