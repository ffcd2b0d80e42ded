import { describe, expect, it } from 'vitest';
import { NEWEST, OLDEST, parseKubeletVersion, rulesFor } from '../../../src/kubelet/versions.ts';
import type { KubeletRules } from '../../../src/kubelet/rules.ts';

describe('parseKubeletVersion', () => {
  it.each([
    ['1.36', '1.36', 36],
    ['v1.36.2', '1.36.2', 36],
    ['1.36.2-eks-abc', '1.36.2-eks-abc', 36],
    ['v1.30.4+k3s1', '1.30.4+k3s1', 30],
    ['v1.31.0-rc.1', '1.31.0-rc.1', 31],
    ['Kubernetes v1.30.1', '1.30.1', 30],
    ['Kubernetes v1.20.2\n', '1.20.2', 20],
    ['1.9', '1.9', 9],
    ['1.120.3', '1.120.3', 120],
  ])('%j', (text, version, minor) => {
    expect(parseKubeletVersion(text)).toStrictEqual({ text: version, minor });
  });

  it.each(['', '1', '1.', '2.0', 'v', 'latest', '1.x', '1.30.1 2', 'containerd 1.7', '1.30.1.4', '-1.30', '11.30'])(
    '%j is no version',
    (text) => {
      expect(parseKubeletVersion(text)).toBeNull();
    },
  );
});

function rules(minor: number): KubeletRules {
  return rulesFor({ text: `1.${minor}`, minor });
}

describe('rulesFor', () => {
  const LATE = 'cgroup v1 support is unsupported and will be removed in a future release';
  it.each([
    ['v1Mount', 20, 'last', 'shortest'],
    ['missingCgroup', 24, 'exists-not', 'names-missing'],
    ['unconfigured', 24, 'cgroup is not config properly', 'cgroup is not configured properly'],
    ['keyQuote', 24, "'", '"'],
    ['cpusTextPrefixed', 24, false, true],
    ['evictionWithoutFile', 24, true, false],
    ['validationIntroduced', 24, false, true],
    ['cpuManager', 25, 'gate-on', 'always'],
    ['memoryManager', 20, 'never', 'gate-off'],
    ['memoryManager', 21, 'gate-off', 'gate-on'],
    ['memoryManager', 31, 'gate-on', 'always'],
    ['memoryQoS', 21, 'never', 'gate-off'],
    ['memoryThrottlingFactor', 21, null, 0.8],
    ['memoryThrottlingFactor', 26, 0.8, 0.9],
    ['quantityWrapped', 26, false, true],
    ['dropInMerge', 27, 'none', 'struct'],
    ['dropInMerge', 28, 'struct', 'patch-named'],
    ['dropInMerge', 31, 'patch-named', 'patch'],
    ['dropInEnvironment', 27, null, 'KUBELET_CONFIG_DROPIN_DIR_ALPHA'],
    ['dropInEnvironment', 29, 'KUBELET_CONFIG_DROPIN_DIR_ALPHA', null],
    ['allocatableText', 29, 'allocatable', 'reservation'],
    ['duplicatesRejected', 30, false, true],
    ['cgroupsPerQosCheck', 30, 'list', 'entry'],
    ['compressibleKeys', 31, false, true],
    ['writesCpuset', 31, false, true],
    ['failCgroupV1', 30, null, false],
    ['failCgroupV1', 34, false, true],
    ['failCgroupV1Text', 30, null, expect.stringContaining('cgroup v1 support is in maintenance mode')],
    ['failCgroupV1Text', 34, expect.stringContaining('in maintenance mode'), expect.stringContaining(LATE)],
  ] as const)('%s changes after 1.%i', (key, last, before, after) => {
    expect(rules(last)[key]).toEqual(before);
    expect(rules(last + 1)[key]).toEqual(after);
  });

  it('knows the default thresholds', () => {
    expect(Object.keys(rules(29).evictionHard)).not.toContain('imagefs.inodesFree');
    expect(rules(30).evictionHard).toStrictEqual({
      'memory.available': '100Mi',
      'nodefs.available': '10%',
      'nodefs.inodesFree': '5%',
      'imagefs.available': '15%',
      'imagefs.inodesFree': '5%',
    });
  });

  it('judges what is older or newer than it knows by its oldest and newest rules', () => {
    expect(rules(9)).toStrictEqual(rulesFor(OLDEST));
    expect(rules(99)).toStrictEqual(rulesFor(NEWEST));
  });
});
