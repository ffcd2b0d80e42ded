import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../src/probe/mountinfo.ts';
import type { Mount } from '../../../src/probe/mountinfo.ts';

/** What the kernel does to a path on its way into mountinfo (fs/proc_namespace.c, mangle()). */
function mangle(text: string): string {
  return text.replace(/[ \t\n\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function render(mount: Mount, optional: readonly string[]): string {
  const { id, parent, device, root, mountpoint, options, fsType, source, superOptions } = mount;
  const before = [id, parent, device, mangle(root), mangle(mountpoint), options.join(','), ...optional];
  return `${before.join(' ')} - ${fsType} ${mangle(source)} ${superOptions.join(',')}`;
}

const LINE = '42 30 0:37 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:23 - cgroup cgroup rw,cpu,cpuacct';

describe('parseMountinfo', () => {
  it('reads every field of a line', () => {
    expect(parseMountinfo(`${LINE}\n`)).toEqual([
      {
        id: 42,
        parent: 30,
        device: '0:37',
        root: '/',
        mountpoint: '/sys/fs/cgroup/cpu,cpuacct',
        options: ['rw', 'nosuid'],
        fsType: 'cgroup',
        source: 'cgroup',
        superOptions: ['rw', 'cpu', 'cpuacct'],
      },
    ]);
  });

  it.each([
    ['no optional field', LINE.replace(' shared:23', ''), { fsType: 'cgroup' }],
    ['three optional fields', LINE.replace('shared:23', 'shared:23 master:1 unbindable'), { fsType: 'cgroup' }],
    ['a space', LINE.replace('/sys/fs/cgroup/cpu,cpuacct', '/a\\040b'), { mountpoint: '/a b' }],
    ['a tab and a newline', LINE.replace('/sys/fs/cgroup/cpu,cpuacct', '/a\\011b\\012c'), { mountpoint: '/a\tb\nc' }],
    ['a backslash before digits', LINE.replace(' / ', ' /a\\134040 '), { root: '/a\\040' }],
    ['a number sign', LINE.replace('cgroup rw', '\\043none rw'), { source: '#none' }],
    ['a comma in the mount point', LINE, { mountpoint: '/sys/fs/cgroup/cpu,cpuacct' }],
    ["a container's root", LINE.replace(' / ', ' /.. '), { root: '/..' }],
    ['a removed directory', LINE.replace(' / ', ' /x//deleted '), { root: '/x//deleted' }],
    [
      'an empty source',
      LINE.replace('cgroup cgroup rw', 'cgroup  rw'),
      { source: '', superOptions: expect.any(Array) },
    ],
    ['a source named -', LINE.replace('cgroup cgroup rw', 'cgroup - rw'), { fsType: 'cgroup', source: '-' }],
    ['no super options', LINE.replace(' rw,cpu,cpuacct', ''), { superOptions: [] }],
  ])('reads a line with %s', (_, line, want) => {
    expect(parseMountinfo(line)).toMatchObject([want]);
  });

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['no hyphen', LINE.replace(' - ', ' ')],
    ['a hyphen too early', '42 30 0:37 / /x - cgroup cgroup rw'],
    ['the first half of a line', LINE.slice(0, 40)],
    ['nothing after the hyphen', `${LINE.slice(0, LINE.indexOf(' - '))} -`],
    ['no source', `${LINE.slice(0, LINE.indexOf(' - '))} - cgroup`],
    ['no number for an id', LINE.replace('42', 'x')],
    ['no number for a parent', LINE.replace('30 ', '-1 ')],
    ['no device', LINE.replace('0:37', '0')],
    ['a relative mount point', LINE.replace(' /sys', ' sys')],
  ])('leaves out a line with %s, and keeps the others', (_, line) => {
    expect(parseMountinfo(`${LINE}\n${line}\n${LINE}`).map(({ id }) => id)).toEqual([42, 42]);
  });

  it('keeps the order of the file', () => {
    const text = [3, 1, 2].map((id) => LINE.replace('42', String(id))).join('\n');
    expect(parseMountinfo(text).map(({ id }) => id)).toEqual([3, 1, 2]);
  });

  const word = fc.stringMatching(/^[a-z0-9_.=:/@-]{1,12}$/);
  const path = fc
    .array(fc.constantFrom(' ', '\t', '\n', '\\', '#', '0', '4', '/', '-', 'a', 'ä', '🙂', ','), { maxLength: 12 })
    .map((chars) => `/${chars.join('')}`);
  const anyMount: fc.Arbitrary<Mount> = fc.record({
    id: fc.nat(),
    parent: fc.nat(),
    device: fc.tuple(fc.nat(), fc.nat()).map(([major, minor]) => `${major}:${minor}`),
    root: path,
    mountpoint: path,
    options: fc.array(word, { minLength: 1, maxLength: 4 }),
    fsType: word,
    source: path.map((text) => text.slice(1)),
    superOptions: fc.array(word, { minLength: 1, maxLength: 4 }),
  });
  const optional = fc.array(fc.stringMatching(/^(?:shared|master|propagate_from):[0-9]{1,4}$/), { maxLength: 3 });

  it('reads back whatever mounts the kernel would write', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyMount, optional), { maxLength: 8 }), (rows) => {
        const text = rows.map(([mount, fields]) => `${render(mount, fields)}\n`).join('');
        expect(parseMountinfo(text)).toEqual(rows.map(([mount]) => mount));
      }),
    );
  });

  it('throws on no text, and makes nothing up: every mount has a mount point and a type', () => {
    const pieces = fc.array(fc.oneof(fc.string(), fc.constantFrom(' - ', ' ', '\n', '1 2 0:3 / /x rw', LINE, '\\04')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        for (const mount of parseMountinfo(parts.join(''))) {
          expect(mount.mountpoint.startsWith('/')).toBe(true);
          expect(mount.fsType).not.toBe('');
        }
      }),
    );
  });
});
