import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemdPath, translate } from '../../../src/kubelet/names.ts';

/**
 * A configured name; its components with cgroupfs, comma by comma, and its path; its components with systemd and
 * its path, which ends in the unit; null where systemd's rule panics. `~` stands for an empty component.
 */
type Row = readonly [name: string, fs: string, fsPath: string, sd: string, sdPath: string | null];

// Made by the kubelet 1.36's own functions, which are the same in 1.20.
const ROWS: readonly Row[] = [
  ['/kube.slice', 'kube.slice', '/kube.slice', 'kube', '/kube.slice'],
  ['kube.slice', 'kube.slice', '/kube.slice', 'kube', '/kube.slice'],
  ['kube', 'kube', '/kube', 'kube', '/kube.slice'],
  ['/kube', 'kube', '/kube', 'kube', '/kube.slice'],
  ['/kube/', 'kube,~', '/kube', 'kube', '/kube.slice'],
  ['/kube.slice/', 'kube.slice,~', '/kube.slice', 'kube', '/kube.slice'],
  ['./kube', '.,kube', '/kube', 'kube', '/kube.slice'],
  ['/./kube', '.,kube', '/kube', 'kube', '/kube.slice'],
  [
    '/system.slice/kubelet.service',
    'system.slice,kubelet.service',
    '/system.slice/kubelet.service',
    'kubelet.service',
    '/kubelet.service.slice',
  ],
  [
    '/system.slice/containerd.service',
    'system.slice,containerd.service',
    '/system.slice/containerd.service',
    'containerd.service',
    '/containerd.service.slice',
  ],
  ['/a/b', 'a,b', '/a/b', 'b', '/b.slice'],
  ['/a.slice/a-b.slice', 'a.slice,a-b.slice', '/a.slice/a-b.slice', 'a,b', '/a.slice/a-b.slice'],
  ['/a.slice/b.slice', 'a.slice,b.slice', '/a.slice/b.slice', 'b', '/b.slice'],
  [
    '/kube-reserved.slice',
    'kube-reserved.slice',
    '/kube-reserved.slice',
    'kube,reserved',
    '/kube.slice/kube-reserved.slice',
  ],
  [
    'kube-reserved.slice',
    'kube-reserved.slice',
    '/kube-reserved.slice',
    'kube,reserved',
    '/kube.slice/kube-reserved.slice',
  ],
  ['/kube-reserved', 'kube-reserved', '/kube-reserved', 'kube,reserved', '/kube.slice/kube-reserved.slice'],
  ['/podruntime', 'podruntime', '/podruntime', 'podruntime', '/podruntime.slice'],
  ['podruntime.slice', 'podruntime.slice', '/podruntime.slice', 'podruntime', '/podruntime.slice'],
  [
    '/podruntime.slice/podruntime-kube.slice',
    'podruntime.slice,podruntime-kube.slice',
    '/podruntime.slice/podruntime-kube.slice',
    'podruntime,kube',
    '/podruntime.slice/podruntime-kube.slice',
  ],
  ['/podruntime/kube', 'podruntime,kube', '/podruntime/kube', 'kube', '/kube.slice'],
  ['runtime/kube', 'runtime,kube', '/runtime/kube', 'kube', '/kube.slice'],
  ['', '', '/', '.', '/..slice'],
  ['/', '', '/', '/', null],
  ['//', '~,~', '/', '/', null],
  ['.', '.', '/.', '.', '/..slice'],
  ['-', '-', '/-', '~,~', '/'],
  ['-.slice', '-.slice', '/-.slice', '~,~', '/'],
  ['/-.slice', '-.slice', '/-.slice', '~,~', '/'],
  ['.slice', '.slice', '/.slice', '~', '/'],
  ['/.slice', '.slice', '/.slice', '~', '/'],
  ['kube_reserved', 'kube_reserved', '/kube_reserved', 'kube-reserved', '/kube_reserved.slice'],
  ['/kube_reserved.slice', 'kube_reserved.slice', '/kube_reserved.slice', 'kube-reserved', '/kube_reserved.slice'],
  ['/a_b-c_d.slice', 'a_b-c_d.slice', '/a_b-c_d.slice', 'a-b,c-d', '/a_b.slice/a_b-c_d.slice'],
  ['/a-b-c.slice', 'a-b-c.slice', '/a-b-c.slice', 'a,b,c', '/a.slice/a-b.slice/a-b-c.slice'],
  [
    '/a.slice/a-b.slice/a-b-c.slice',
    'a.slice,a-b.slice,a-b-c.slice',
    '/a.slice/a-b.slice/a-b-c.slice',
    'a,b,c',
    '/a.slice/a-b.slice/a-b-c.slice',
  ],
  ['..', '..', '/..', '..', '/...slice'],
  ['/..', '..', '/..', '..', '/...slice'],
  ['/../kube', '..,kube', '/../kube', 'kube', '/kube.slice'],
  ['/a/../b', 'a,..,b', '/b', 'b', '/b.slice'],
  ['/a//b', 'a,~,b', '/a/b', 'b', '/b.slice'],
  ['//a', '~,a', '/a', 'a', '/a.slice'],
  ['/kübe.slice', 'kübe.slice', '/kübe.slice', 'kübe', '/kübe.slice'],
  ['/kube reserved', 'kube reserved', '/kube reserved', 'kube reserved', '/kube reserved.slice'],
  ['/kube reserved.slice', 'kube reserved.slice', '/kube reserved.slice', 'kube reserved', '/kube reserved.slice'],
  ['-kube', '-kube', '/-kube', '~,kube', null],
  ['-kube.slice', '-kube.slice', '/-kube.slice', '~,kube', null],
  ['a--b.slice', 'a--b.slice', '/a--b.slice', 'a,~,b', null],
  ['/a--b', 'a--b', '/a--b', 'a,~,b', null],
  ['a-.slice', 'a-.slice', '/a-.slice', 'a,~', null],
  ['kube-.slice', 'kube-.slice', '/kube-.slice', 'kube,~', null],
  ['/kube.scope', 'kube.scope', '/kube.scope', 'kube.scope', '/kube.scope.slice'],
  ['kube.slice.slice', 'kube.slice.slice', '/kube.slice.slice', 'kube.slice', '/kube.slice.slice'],
  ['/kube.SLICE', 'kube.SLICE', '/kube.SLICE', 'kube.SLICE', '/kube.SLICE.slice'],
  ['/system.slice', 'system.slice', '/system.slice', 'system', '/system.slice'],
  ['/user.slice', 'user.slice', '/user.slice', 'user', '/user.slice'],
  ['/kubepods', 'kubepods', '/kubepods', 'kubepods', '/kubepods.slice'],
  ['/kubepods.slice', 'kubepods.slice', '/kubepods.slice', 'kubepods', '/kubepods.slice'],
  ['/a\\x2db.slice', 'a\\x2db.slice', '/a\\x2db.slice', 'a\\x2db', '/a\\x2db.slice'],
  ['/a@b.slice', 'a@b.slice', '/a@b.slice', 'a@b', '/a@b.slice'],
  ['*', '*', '/*', '*', '/*.slice'],
  ['/kube\n', 'kube\n', '/kube\n', 'kube\n', '/kube\n.slice'],
];

function list(components: string): string[] {
  return components === '' ? [] : components.split(',').map((one) => (one === '~' ? '' : one));
}

describe('translate', () => {
  it.each(ROWS)('%j with the cgroupfs driver', (name, components, path) => {
    expect(translate(name, 'cgroupfs')).toStrictEqual({
      components: list(components),
      path,
      unit: null,
      parentUnit: null,
    });
  });

  it.each(ROWS)('%j with the systemd driver', (name, _fs, _fsPath, components, path) => {
    const translated = translate(name, 'systemd');
    if (path === null) expect(translated).toHaveProperty('panic');
    else {
      const [unit = null, parent = ''] = path.split('/').toReversed();
      const units = path === '/' ? { unit: null, parentUnit: null } : { unit, parentUnit: parent || '-.slice' };
      expect(translated).toStrictEqual({ components: list(components), path, ...units });
    }
  });

  it.each([
    ['/', '[[/]]', '/.slice'],
    ['//', '[[/]]', '/.slice'],
    ['/-kube', '[[ kube]]', '-kube.slice'],
    ['a--b.slice', '[[a  b]]', 'a--b.slice'],
    ['a-.slice', '[[a ]]', 'a-.slice'],
    ['a_b-.slice', '[[a-b ]]', 'a_b-.slice'],
  ])('%j: the kubelet dies in these words', (name, internal, slice) => {
    const panic = `error converting cgroup name ${internal} to systemd format: invalid slice name: ${slice}`;
    expect(translate(name, 'systemd')).toStrictEqual({ panic });
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
