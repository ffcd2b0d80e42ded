import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropInOrder } from '../../../src/kubelet/drop-ins.ts';

describe('dropInOrder', () => {
  it('walks directories where they stand, in byte order, and takes *.conf', () => {
    const files = [
      'sub/05.conf',
      '20.conf',
      '10.conf',
      'README',
      '30.conf.bak',
      'a.conf',
      'a/z.conf',
      'B.conf',
      '.conf',
      'x.CONF',
      'sub-1.conf',
      'sub/a/b.conf',
    ];
    const order = [
      '.conf',
      '10.conf',
      '20.conf',
      'B.conf',
      'a/z.conf',
      'a.conf',
      'sub/05.conf',
      'sub/a/b.conf',
      'sub-1.conf',
    ];
    expect(dropInOrder(files)).toStrictEqual(order);
  });

  it('knows that UTF-16 sorts otherwise', () => {
    expect(dropInOrder(['\u{1f600}.conf', '\uff5e.conf', 'é.conf'])).toStrictEqual([
      'é.conf',
      '\uff5e.conf',
      '\u{1f600}.conf',
    ]);
  });

  it('does not depend on the order of the listing', () => {
    const name = fc
      .array(fc.stringMatching(/^[a-c0-9.-]{1,3}$/), { minLength: 1, maxLength: 3 })
      .map((parts) => `${parts.join('/')}.conf`);
    fc.assert(
      fc.property(fc.uniqueArray(name), (files) => {
        expect(dropInOrder(files.toReversed())).toStrictEqual(dropInOrder(files));
        expect(dropInOrder(files)).toHaveLength(files.length);
      }),
    );
  });
});
