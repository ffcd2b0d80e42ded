import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metricsText } from '../../src/report/prometheus.ts';
import { METRICS } from '../../src/report/metrics-table.ts';
import { because, lacking } from '../support/needs.ts';
import { observedAt, READY, STARTED } from '../support/watch-status.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RULES = join(ROOT, 'deploy', 'prometheus', 'cgprep.rules.yaml');

const missing = lacking('promtool');

function promtool(args: readonly string[], input = ''): { status: number | null; told: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', input });
  return { status, told: stdout + stderr };
}

describe.skipIf(missing.length > 0)(`by Prometheus' own tool${because(missing)}`, () => {
  it.each([
    ['at the start', STARTED],
    ['after a pass', READY],
  ])('the metrics are well formed and well named %s', async (_, status) => {
    expect(promtool(['check', 'metrics'], await metricsText(observedAt(status, 2)))).toEqual({ status: 0, told: '' });
  });

  it('it would say so if they were not', () => {
    const { status, told } = promtool(['check', 'metrics'], '# TYPE cgprep_drift counter\ncgprep_drift 1\n');
    expect([status === 0, told]).toEqual([false, expect.stringContaining('should have "_total" suffix')]);
  });

  it('the alert rules are valid', () => {
    expect(promtool(['check', 'rules', RULES])).toMatchObject({ status: 0 });
  });

  it('each alert fires when it should, and not otherwise', () => {
    const { status, told } = promtool(['test', 'rules', join(ROOT, 'test', 'deploy', 'alerts.yaml')]);
    expect([status, told]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('the alert rules', () => {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as {
    groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  it('speak only of metrics that there are', () => {
    const named = rules.flatMap(({ expr }) => expr.match(/\bcgprep_[a-z_]+/g) ?? []);
    const known = METRICS.map(({ name }) => name);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are each set off by a test', () => {
    const tested = readFileSync(join(ROOT, 'test', 'deploy', 'alerts.yaml'), 'utf8');
    const fired = rules.filter(({ alert }) =>
      new RegExp(`alertname: ${alert}\\n +exp_alerts:|alertname="${alert}".*\\n.*\\n +exp_samples:`).test(tested),
    );
    expect(fired.map(({ alert }) => alert)).toEqual(rules.map(({ alert }) => alert));
  });
});
