import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemdPath, translate } from '../../../src/kubelet/names.ts';

/** One name: its cgroupfs components and path, then its systemd components, path, unit and parent; or a panic. */
type Row = readonly [
  name: string,
  fs: readonly string[],
  fsPath: string,
  sd: readonly string[],
  sdPath: string | { readonly invalid: string },
  unit?: string,
  parent?: string,
];

// Made by the kubelet 1.36's own functions, which are the same in 1.20.
const ROWS: readonly Row[] = [
  ['/kube.slice', ['kube.slice'], '/kube.slice', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['kube.slice', ['kube.slice'], '/kube.slice', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['kube', ['kube'], '/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['/kube', ['kube'], '/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['/kube/', ['kube', ''], '/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['/kube.slice/', ['kube.slice', ''], '/kube.slice', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['./kube', ['.', 'kube'], '/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['/./kube', ['.', 'kube'], '/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  [
    '/system.slice/kubelet.service',
    ['system.slice', 'kubelet.service'],
    '/system.slice/kubelet.service',
    ['kubelet.service'],
    '/kubelet.service.slice',
    'kubelet.service.slice',
    '-.slice',
  ],
  [
    '/system.slice/containerd.service',
    ['system.slice', 'containerd.service'],
    '/system.slice/containerd.service',
    ['containerd.service'],
    '/containerd.service.slice',
    'containerd.service.slice',
    '-.slice',
  ],
  ['/a/b', ['a', 'b'], '/a/b', ['b'], '/b.slice', 'b.slice', '-.slice'],
  [
    '/a.slice/a-b.slice',
    ['a.slice', 'a-b.slice'],
    '/a.slice/a-b.slice',
    ['a', 'b'],
    '/a.slice/a-b.slice',
    'a-b.slice',
    'a.slice',
  ],
  ['/a.slice/b.slice', ['a.slice', 'b.slice'], '/a.slice/b.slice', ['b'], '/b.slice', 'b.slice', '-.slice'],
  [
    '/kube-reserved.slice',
    ['kube-reserved.slice'],
    '/kube-reserved.slice',
    ['kube', 'reserved'],
    '/kube.slice/kube-reserved.slice',
    'kube-reserved.slice',
    'kube.slice',
  ],
  [
    'kube-reserved.slice',
    ['kube-reserved.slice'],
    '/kube-reserved.slice',
    ['kube', 'reserved'],
    '/kube.slice/kube-reserved.slice',
    'kube-reserved.slice',
    'kube.slice',
  ],
  [
    '/kube-reserved',
    ['kube-reserved'],
    '/kube-reserved',
    ['kube', 'reserved'],
    '/kube.slice/kube-reserved.slice',
    'kube-reserved.slice',
    'kube.slice',
  ],
  ['/podruntime', ['podruntime'], '/podruntime', ['podruntime'], '/podruntime.slice', 'podruntime.slice', '-.slice'],
  [
    'podruntime.slice',
    ['podruntime.slice'],
    '/podruntime.slice',
    ['podruntime'],
    '/podruntime.slice',
    'podruntime.slice',
    '-.slice',
  ],
  [
    '/podruntime.slice/podruntime-kube.slice',
    ['podruntime.slice', 'podruntime-kube.slice'],
    '/podruntime.slice/podruntime-kube.slice',
    ['podruntime', 'kube'],
    '/podruntime.slice/podruntime-kube.slice',
    'podruntime-kube.slice',
    'podruntime.slice',
  ],
  ['/podruntime/kube', ['podruntime', 'kube'], '/podruntime/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['runtime/kube', ['runtime', 'kube'], '/runtime/kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['', [], '/', ['.'], '/..slice', '..slice', '-.slice'],
  ['/', [], '/', ['/'], { invalid: '/.slice' }],
  ['//', ['', ''], '/', ['/'], { invalid: '/.slice' }],
  ['.', ['.'], '/.', ['.'], '/..slice', '..slice', '-.slice'],
  ['-', ['-'], '/-', ['', ''], '/'],
  ['-.slice', ['-.slice'], '/-.slice', ['', ''], '/'],
  ['/-.slice', ['-.slice'], '/-.slice', ['', ''], '/'],
  ['.slice', ['.slice'], '/.slice', [''], '/'],
  ['/.slice', ['.slice'], '/.slice', [''], '/'],
  [
    'kube_reserved',
    ['kube_reserved'],
    '/kube_reserved',
    ['kube-reserved'],
    '/kube_reserved.slice',
    'kube_reserved.slice',
    '-.slice',
  ],
  [
    '/kube_reserved.slice',
    ['kube_reserved.slice'],
    '/kube_reserved.slice',
    ['kube-reserved'],
    '/kube_reserved.slice',
    'kube_reserved.slice',
    '-.slice',
  ],
  [
    '/a_b-c_d.slice',
    ['a_b-c_d.slice'],
    '/a_b-c_d.slice',
    ['a-b', 'c-d'],
    '/a_b.slice/a_b-c_d.slice',
    'a_b-c_d.slice',
    'a_b.slice',
  ],
  [
    '/a-b-c.slice',
    ['a-b-c.slice'],
    '/a-b-c.slice',
    ['a', 'b', 'c'],
    '/a.slice/a-b.slice/a-b-c.slice',
    'a-b-c.slice',
    'a-b.slice',
  ],
  [
    '/a.slice/a-b.slice/a-b-c.slice',
    ['a.slice', 'a-b.slice', 'a-b-c.slice'],
    '/a.slice/a-b.slice/a-b-c.slice',
    ['a', 'b', 'c'],
    '/a.slice/a-b.slice/a-b-c.slice',
    'a-b-c.slice',
    'a-b.slice',
  ],
  ['..', ['..'], '/..', ['..'], '/...slice', '...slice', '-.slice'],
  ['/..', ['..'], '/..', ['..'], '/...slice', '...slice', '-.slice'],
  ['/../kube', ['..', 'kube'], '/../kube', ['kube'], '/kube.slice', 'kube.slice', '-.slice'],
  ['/a/../b', ['a', '..', 'b'], '/b', ['b'], '/b.slice', 'b.slice', '-.slice'],
  ['/a//b', ['a', '', 'b'], '/a/b', ['b'], '/b.slice', 'b.slice', '-.slice'],
  ['//a', ['', 'a'], '/a', ['a'], '/a.slice', 'a.slice', '-.slice'],
  ['/kübe.slice', ['kübe.slice'], '/kübe.slice', ['kübe'], '/kübe.slice', 'kübe.slice', '-.slice'],
  [
    '/kube reserved',
    ['kube reserved'],
    '/kube reserved',
    ['kube reserved'],
    '/kube reserved.slice',
    'kube reserved.slice',
    '-.slice',
  ],
  [
    '/kube reserved.slice',
    ['kube reserved.slice'],
    '/kube reserved.slice',
    ['kube reserved'],
    '/kube reserved.slice',
    'kube reserved.slice',
    '-.slice',
  ],
  ['-kube', ['-kube'], '/-kube', ['', 'kube'], { invalid: '-kube.slice' }],
  ['-kube.slice', ['-kube.slice'], '/-kube.slice', ['', 'kube'], { invalid: '-kube.slice' }],
  ['a--b.slice', ['a--b.slice'], '/a--b.slice', ['a', '', 'b'], { invalid: 'a--b.slice' }],
  ['/a--b', ['a--b'], '/a--b', ['a', '', 'b'], { invalid: 'a--b.slice' }],
  ['a-.slice', ['a-.slice'], '/a-.slice', ['a', ''], { invalid: 'a-.slice' }],
  ['kube-.slice', ['kube-.slice'], '/kube-.slice', ['kube', ''], { invalid: 'kube-.slice' }],
  ['/kube.scope', ['kube.scope'], '/kube.scope', ['kube.scope'], '/kube.scope.slice', 'kube.scope.slice', '-.slice'],
  [
    'kube.slice.slice',
    ['kube.slice.slice'],
    '/kube.slice.slice',
    ['kube.slice'],
    '/kube.slice.slice',
    'kube.slice.slice',
    '-.slice',
  ],
  ['/kube.SLICE', ['kube.SLICE'], '/kube.SLICE', ['kube.SLICE'], '/kube.SLICE.slice', 'kube.SLICE.slice', '-.slice'],
  ['/system.slice', ['system.slice'], '/system.slice', ['system'], '/system.slice', 'system.slice', '-.slice'],
  ['/user.slice', ['user.slice'], '/user.slice', ['user'], '/user.slice', 'user.slice', '-.slice'],
  ['/kubepods', ['kubepods'], '/kubepods', ['kubepods'], '/kubepods.slice', 'kubepods.slice', '-.slice'],
  [
    '/kubepods.slice',
    ['kubepods.slice'],
    '/kubepods.slice',
    ['kubepods'],
    '/kubepods.slice',
    'kubepods.slice',
    '-.slice',
  ],
  ['/a\\x2db.slice', ['a\\x2db.slice'], '/a\\x2db.slice', ['a\\x2db'], '/a\\x2db.slice', 'a\\x2db.slice', '-.slice'],
  ['/a@b.slice', ['a@b.slice'], '/a@b.slice', ['a@b'], '/a@b.slice', 'a@b.slice', '-.slice'],
  ['*', ['*'], '/*', ['*'], '/*.slice', '*.slice', '-.slice'],
  ['/kube\n', ['kube\n'], '/kube\n', ['kube\n'], '/kube\n.slice', 'kube\n.slice', '-.slice'],
];

describe('translate', () => {
  it.each(ROWS)('%j with the cgroupfs driver', (name, components, path) => {
    expect(translate(name, 'cgroupfs')).toStrictEqual({ components, path, unit: null, parentUnit: null });
  });

  it.each(ROWS)(
    '%j with the systemd driver',
    (name, _fs, _fsPath, components, path, unit = null, parentUnit = null) => {
      const translated = translate(name, 'systemd');
      if (typeof path === 'string') expect(translated).toStrictEqual({ components, path, unit, parentUnit });
      else {
        const panic = `error converting cgroup name [[${components.join(' ')}]] to systemd format: invalid slice name: ${path.invalid}`;
        expect(translated).toStrictEqual({ panic });
      }
    },
  );

  it('says what the kubelet dies of in its own words', () => {
    const panic = 'error converting cgroup name [[ kube]] to systemd format: invalid slice name: -kube.slice';
    expect(translate('/-kube', 'systemd')).toStrictEqual({ panic });
  });
});

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const anyName = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom('a', 'kube', '/', '-', '_', '.', '..', '.slice', ' ')).map((parts) => parts.join('')),
);

describe('for any name', () => {
  it('translate answers and never throws, and every path begins at the root', () => {
    fc.assert(
      fc.property(anyName, fc.constantFrom('systemd' as const, 'cgroupfs' as const), (name, driver) => {
        const translated = translate(name, driver);
        expect('panic' in translated ? translated.panic : translated.path).toMatch(
          /^(?:\/|error converting cgroup name )/,
        );
      }),
    );
  });

  it('a path that systemd would use is found again from its unit, and is its own translation', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const first = translate(name, 'systemd');
        if ('panic' in first || first.unit === null) return;
        expect(systemdPath(first.unit)).toBe(first.path);
        expect(translate(first.path, 'systemd')).toStrictEqual(first);
        expect(translate(first.unit, 'systemd')).toStrictEqual(first);
      }),
    );
  });

  it('a slice without a dash is the same path with both drivers, again and again', () => {
    fc.assert(
      fc.property(word, (stem) => {
        const name = `/${stem}.slice`;
        expect(translate(name, 'systemd')).toMatchObject({ path: name, unit: `${stem}.slice` });
        expect(translate(name, 'cgroupfs')).toMatchObject({ path: name });
      }),
    );
  });
});
