import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { memoryHost } from '../support/memory-environment.ts';
import { REAL_CASES } from '../support/real-cases.ts';

describe('the verdict is what the real kubelet said', () => {
  it.each(REAL_CASES)('%s', async (_, { host, config, kubelet, starts, message }) => {
    const { stdout } = await memoryHost(host, config).run('audit', '-o', 'json', '--kubelet-version', kubelet);
    const { verdict } = JSON.parse(stdout) as Report;
    expect({ starts: verdict.kubeletStarts, message: sortLists(verdict.message) }).toEqual({
      starts,
      message: sortLists(message === '' ? null : message),
    });
  });

  it('has cases of every kind', () => {
    expect(REAL_CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(REAL_CASES.map(([, { starts }]) => starts)).size).toBe(2);
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
