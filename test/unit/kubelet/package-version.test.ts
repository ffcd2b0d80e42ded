import { describe, expect, it } from 'vitest';
import { dpkgVersion, snapVersion } from '../../../src/kubelet/package-version.ts';

const stanza = (name: string, version: string, status = 'install ok installed'): string =>
  `Package: ${name}\nStatus: ${status}\nPriority: optional\nVersion: ${version}\n`;

describe('dpkgVersion', () => {
  it.each([
    ['first of all', stanza('kubelet', '1.30.1-1.1'), '1.30.1'],
    ['in between', [stanza('a', '9'), stanza('kubelet', '1.20.2-00'), stanza('b', '8')].join('\n'), '1.20.2'],
    ['with an epoch', stanza('kubelet', '2:1.36.2~rc1'), '1.36.2'],
    ['removed', stanza('kubelet', '1.30.1-1.1', 'deinstall ok config-files'), undefined],
    ['another package', stanza('kubelet-extra', '1.30.1'), undefined],
    ['none', '', undefined],
    ['no version of a kubelet', stanza('kubelet', '2023-1'), undefined],
  ])('%s', (_, status, text) => {
    expect(dpkgVersion(status, 'kubelet')?.text).toBe(text);
  });
});

describe('snapVersion', () => {
  it.each([
    ['name: x\nversion: v1.30.1\n', '1.30.1'],
    ["version: '1.30.1'\n", '1.30.1'],
    ['base: core20\n', undefined],
  ])('%j', (text, version) => {
    expect(snapVersion(text)?.text).toBe(version);
  });
});
