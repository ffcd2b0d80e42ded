import { describe, expect, it } from 'vitest';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import type { Resources } from '../../../src/model/resources.ts';
import { resourceFindings } from '../../../src/reconcile/findings-resources.ts';
import { hostWith, kubeletConfig, lookAt, NOTHING_KNOWN, v2 } from '../builders.ts';

/** Findings as `severity code subject`. */
function found(config: Partial<KubeletConfig>, resources: Partial<Resources>): string[] {
  const look = lookAt(hostWith([v2()]), kubeletConfig(config), {}, null, { ...NOTHING_KNOWN, ...resources });
  return resourceFindings(look).map(({ severity, code, subject }) => `${severity} ${code} ${subject}`);
}

describe('resourceFindings', () => {
  const swaps = ['Filename', '/dev/sda2'];
  it('more reserved than there is', () => {
    const config = { kubeReserved: { value: { memory: '2Gi' }, source: 'x' } };
    expect(found(config, { memoryBytes: 2 ** 30 })).toEqual([
      'error over-reserved kubeReserved systemReserved evictionHard',
    ]);
    expect(found(config, { memoryBytes: 2 ** 31 })).toEqual([]);
  });

  it('swap, an error only where the configuration is known', () => {
    expect(found({}, { swaps })).toEqual(['error swap-on /proc/swaps']);
    expect(found({ found: false }, { swaps })).toEqual(['warning swap-on /proc/swaps']);
    expect(found({ failSwapOn: { value: false, source: 'x' } }, { swaps })).toEqual([]);
  });
});
