import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CapturedHost } from '../support/captured-host.ts';
import { mapOf } from '../support/map-reader.ts';
import type { KubeletFile } from '../support/naive-kubelet/host.ts';
import { naiveKubelet } from '../support/naive-kubelet/kubelet.ts';
import { sameAnswer } from '../support/same-answer.ts';

const FOLDER = join(import.meta.dirname, '..', 'real-kubelets');

interface RealCase {
  readonly host: CapturedHost;
  readonly config: string;
  readonly kubelet: string;
  readonly starts: boolean;
  readonly message: string | null;
}

const CASES = readdirSync(FOLDER).map(
  (name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as RealCase] as const,
);

describe('the naive kubelet says what the real one said', () => {
  it.each(CASES)('%s', (_, { host, config, kubelet, starts, message }) => {
    const minor = Number(kubelet.split('.')[1]);
    const naive = naiveKubelet({ files: mapOf(host).files, minor, config: parse(config) as KubeletFile });
    const real = { starts, message: message === '' ? null : message };
    if (!sameAnswer(naive, real)) expect(naive).toEqual(real);
  });

  it('a text that differs in one word is another', () => {
    const real = CASES.filter(([, { message }]) => message !== null && message !== '');
    expect(real.length).toBeGreaterThan(10);
    for (const [, { starts, message }] of real) {
      const other = { starts, message: (message ?? '').replace(/slice/, 'slices') };
      expect(sameAnswer({ starts, message }, other)).toBe(false);
    }
  });
});
