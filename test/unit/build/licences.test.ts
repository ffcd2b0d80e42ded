import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LICENCES, runtimeLicences } from '../../../build/licences.ts';

const TEXTS = join('build', 'runtimes', 'licences');

describe("the licences of the executable's runtime", () => {
  it('are those of the version that is pinned', () => {
    expect(runtimeLicences()).toContain('## The LGPL libraries');
  });

  it('have their texts', () => {
    // cgprep's own, and that of an npm package.
    const elsewhere = ['Apache-2.0', 'ISC'];
    const wanted = LICENCES.filter((name) => !elsewhere.includes(name)).map((name) => name.replace('-or-later', ''));
    expect(wanted.filter((name) => !existsSync(join(TEXTS, `${name}.txt`)))).toEqual([]);
  });
});
