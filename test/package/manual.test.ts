import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { because, lacking } from '../support/needs.ts';

const TOP = join(import.meta.dirname, '..', '..');
const PAGES = ['cgprep.8', 'cgprep.yaml.5'].map((name) => join(TOP, 'dist', 'share', name));

beforeAll(() => {
  execFileSync(process.execPath, [join(TOP, 'build', 'share.ts')]);
});

const missing = lacking('mandoc', 'groff');
describe.skipIf(missing.length > 0).each(PAGES)(`the manual page %s${because(missing)}`, (page) => {
  it('is clean to mandoc and to groff', () => {
    const mandoc = spawnSync('mandoc', ['-T', 'lint', '-W', 'all', page], { encoding: 'utf8' });
    expect([mandoc.status, mandoc.stdout, mandoc.stderr]).toEqual([0, '', '']);
    const groff = spawnSync('groff', ['-man', '-ww', '-T', 'utf8', '-z', page], { encoding: 'utf8' });
    expect([groff.status, groff.stdout, groff.stderr]).toEqual([0, '', '']);
  });

  it('shows no markup', () => {
    const text = execFileSync('mandoc', ['-T', 'html', page], { encoding: 'utf8' });
    expect(text).toContain('/etc/cgprep/config.yaml');
    expect(text.replace(/<style>[^]*<\/style>/, '')).not.toMatch(/[`*]|\\f/);
  });
});
