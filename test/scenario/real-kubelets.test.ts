import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import type { CapturedHost } from '../support/captured-host.ts';
import { memoryHost } from '../support/memory-environment.ts';

const FOLDER = join(import.meta.dirname, '..', 'real-kubelets');

/** What a real kubelet said on a real host, and what that host looked like just before. */
interface RealCase {
  readonly host: CapturedHost;
  readonly config: string;
  readonly kubelet: string;
  readonly starts: boolean;
  readonly message: string | null;
}

const CASES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as RealCase] as const);

describe('the verdict is what the real kubelet said', () => {
  it.each(CASES)('%s', async (_, { host, config, kubelet, starts, message }) => {
    const { stdout } = await memoryHost(host, config).run('audit', '-o', 'json', '--kubelet-version', kubelet);
    const { verdict } = JSON.parse(stdout) as Report;
    expect({ starts: verdict.kubeletStarts, message: sortLists(verdict.message) }).toEqual({
      starts,
      message: sortLists(message === '' ? null : message),
    });
  });

  it('has cases of every kind', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CASES.map(([, { starts }]) => starts)).size).toBe(2);
  });
});

/** The kubelet walks a Go map, so the order of a list in its texts is random. */
function sortLists(message: string | null): string | null {
  return (
    message?.replace(
      /(missing (?:paths|controllers): )(.*)$/,
      (_, head: string, list: string) => head + list.split(', ').toSorted().join(', '),
    ) ?? null
  );
}
