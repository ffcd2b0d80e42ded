import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mapOf } from '../support/map-reader.ts';
import type { KubeletFile } from '../support/naive-kubelet/host.ts';
import { naiveKubelet } from '../support/naive-kubelet/kubelet.ts';
import { sameAnswer } from '../support/same-answer.ts';
import { REAL_CASES } from '../support/real-cases.ts';

describe('the naive kubelet says what the real one said', () => {
  it.each(REAL_CASES)('%s', (_, { host, config, kubelet, starts, message }) => {
    const minor = Number(kubelet.split('.')[1]);
    const naive = naiveKubelet({ files: mapOf(host).files, minor, config: parse(config) as KubeletFile });
    const real = { starts, message: message === '' ? null : message };
    if (!sameAnswer(naive, real)) expect(naive).toEqual(real);
  });

  it('a text that differs in one word is another', () => {
    const real = REAL_CASES.filter(([, { message }]) => message !== null && message !== '');
    expect(real.length).toBeGreaterThan(10);
    for (const [, { starts, message }] of real) {
      const other = { starts, message: (message ?? '').replace(/slice/, 'slices') };
      expect(sameAnswer({ starts, message }, other)).toBe(false);
    }
  });
});
