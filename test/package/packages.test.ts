import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIST, NOTICES, PROCESSORS, TOP, unitNames } from '../../build/package/contents.ts';
import { deb } from '../../build/package/deb.ts';
import { tryOut } from '../../build/package/scripts.ts';
import { rpm } from '../../build/package/rpm.ts';
import { sourceDate } from '../../build/source-date.ts';
import { because, lacking } from '../support/needs.ts';
import { withTemporary } from '../support/real-tree.ts';

const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as { version: string };
const run = (command: string, ...argv: string[]): string =>
  execFileSync(command, argv, { encoding: 'utf8', cwd: DIST });
const debOf = (debian: string): string => join(DIST, `cgprep_${version}-1_${debian}.deb`);
const rpmOf = (name: string): string => join(DIST, `cgprep-${version}-1.${name}.rpm`);
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Where both kinds of package put the same. */
const EVERYWHERE = [
  '/etc/cgprep/config.yaml',
  '/usr/bin/cgprep',
  ...unitNames().map((name) => `/usr/lib/systemd/system/${name}`),
  '/usr/share/bash-completion/completions/cgprep',
  '/usr/share/doc/cgprep/examples/kube.slice',
  '/usr/share/fish/vendor_completions.d/cgprep.fish',
  '/usr/share/man/man5/cgprep.yaml.5.gz',
  '/usr/share/man/man8/cgprep.8.gz',
];

const noBinary = lacking('executable');
describe.skipIf(noBinary.length > 0)(`the notices beside the executables${because(noBinary)}`, () => {
  it.each([
    ['an npm package', /^yaml \d+\.\d+\.\d+ \(ISC\)$/m],
    ['the runtime', /^## The LGPL libraries$/m],
    ['cgprep', /^ +Apache License\n +Version 2\.0/m],
    ['JavaScriptCore', /^ +GNU LIBRARY GENERAL PUBLIC LICENSE\n +Version 2, June 1991$/m],
    ['TinyCC', /^ +GNU LESSER GENERAL PUBLIC LICENSE\n +Version 2\.1, February 1999$/m],
  ])('have the licence of %s', (_, heading) => {
    expect(readFileSync(NOTICES, 'utf8')).toMatch(heading);
  });
});

const noDeb = lacking('packages', 'lintian', 'dpkg-deb');
describe.skipIf(noDeb.length > 0).each(PROCESSORS)(
  `the Debian package for $debian${because(noDeb)}`,
  ({ debian, node }) => {
    it('is clean to lintian', () => {
      const { status, stdout } = spawnSync('lintian', ['--allow-root', '--fail-on', 'error,warning', debOf(debian)], {
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, '']);
    });

    it('has the executable of its processor, as it was built', () => {
      withTemporary((directory) => {
        run('dpkg-deb', '-x', debOf(debian), directory);
        expect(sha256(join(directory, 'usr/bin/cgprep'))).toBe(sha256(join(DIST, `cgprep-linux-${node}`)));
        expect(sha256(join(directory, 'usr/share/doc/cgprep/THIRD-PARTY-LICENSES.txt'))).toBe(sha256(NOTICES));
        expect(readFileSync(join(directory, 'usr/share/doc/cgprep/copyright'), 'utf8')).toMatch(
          /^License: Apache-2.0 and .*LGPL-2.0-or-later and LGPL-2.1-or-later/m,
        );
        const files = globSync('**', { cwd: directory }).map((path) => `/${path}`);
        expect(files).toEqual(expect.arrayContaining([...EVERYWHERE, '/usr/share/zsh/vendor-completions/_cgprep']));
        // Nothing below /etc but the settings: no link that would enable a unit.
        expect(files.filter((path) => path.startsWith('/etc/'))).toEqual(['/etc/cgprep', '/etc/cgprep/config.yaml']);
      });
      expect(run('dpkg-deb', '-f', debOf(debian), 'Architecture')).toBe(`${debian}\n`);
      expect(run('dpkg-deb', '-f', debOf(debian), 'Depends')).toMatch(/^libc6 \(>= 2\.\d+\)/);
      expect(run('dpkg-deb', '-I', debOf(debian), 'conffiles')).toBe('/etc/cgprep/config.yaml\n');
    });
  },
);

const noRpm = lacking('packages', 'rpm', 'root');
describe.skipIf(noRpm.length > 0).each(PROCESSORS)(`the RPM for $rpm${because(noRpm)}`, ({ rpm: arch, node }) => {
  it('is installed, verified and removed by rpm, into a root directory of its own', () => {
    withTemporary((root) => {
      const there = ['--root', root];
      // Without dependencies and scripts: there is no system in it that could have or run them.
      run('rpm', ...there, '--install', '--nodeps', '--noscripts', '--ignorearch', rpmOf(arch));
      const files = run('rpm', ...there, '-ql', 'cgprep')
        .trim()
        .split('\n');
      expect(files).toEqual(expect.arrayContaining([...EVERYWHERE, '/usr/share/zsh/site-functions/_cgprep']));
      const licences = ['LICENSE', 'THIRD-PARTY-LICENSES.txt'].map((name) => `/usr/share/licenses/cgprep/${name}`);
      expect(
        run('rpm', ...there, '-q', '--licensefiles', 'cgprep')
          .trim()
          .split('\n'),
      ).toEqual(licences);
      expect(sha256(join(root, licences[1] ?? ''))).toBe(sha256(NOTICES));
      expect(run('rpm', ...there, '-q', '--qf', '%{LICENSE}', 'cgprep')).toContain('Apache-2.0 AND ');
      expect(run('rpm', ...there, '-qc', 'cgprep')).toBe('/etc/cgprep/config.yaml\n');
      expect(run('rpm', ...there, '--verify', '--nodeps', 'cgprep')).toBe('');
      expect(sha256(join(root, 'usr/bin/cgprep'))).toBe(sha256(join(DIST, `cgprep-linux-${node}`)));
      run('rpm', ...there, '--erase', '--nodeps', '--noscripts', 'cgprep');
      expect(globSync('**/*cgprep*', { cwd: root })).toEqual([]);
    });
  });

  const noLint = lacking('rpmlint');
  it.skipIf(noLint.length > 0)(`is clean to rpmlint${because(noLint)}`, () => {
    const config = join(TOP, 'build', 'package', 'rpmlint.toml');
    const { status, stdout } = spawnSync('rpmlint', ['--strict', '--config', config, rpmOf(arch)], {
      encoding: 'utf8',
    });
    expect(stdout).toContain(' 0 errors, 0 warnings');
    expect(status).toBe(0);
  });

  it('says while it is installed that the program does not run', () => {
    const tried = (program: string): string =>
      spawnSync('sh', ['-c', tryOut(program)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).stderr;
    expect(tried('/bin/true')).toBe('');
    expect(tried('/bin/false')).toMatch(/^cgprep: warning: .*cgprep\(8\)\n$/);
    expect(tried('/no/such/program')).toMatch(/^cgprep: warning: /);
    expect(run('rpm', '-qp', '--qf', '%{POSTIN}', rpmOf(arch))).toContain(tryOut('cgprep'));
  });

  it('has scripts that the shell can read, and that enable nothing', () => {
    const scripts = run('rpm', '-qp', '--qf', '%{POSTIN}\n%{PREUN}\n%{POSTUN}\n', rpmOf(arch));
    expect(spawnSync('sh', ['-n'], { input: scripts }).status).toBe(0);
    expect(scripts).toContain(`systemctl --no-reload --quiet disable ${unitNames().join(' ')}`);
    expect(scripts).not.toMatch(/\b(?:enable|preset|start)\b/);
  });
});

const noBuild = lacking('packages', 'dpkg-deb', 'rpm');
describe.skipIf(noBuild.length > 0)(`a second build${because(noBuild)}`, () => {
  it('makes the same packages, byte for byte', () => {
    const files = [debOf('amd64'), rpmOf('x86_64')];
    const before = files.map(sha256);
    const [processor] = PROCESSORS;
    expect([deb(processor, version, sourceDate()), rpm(processor, version, sourceDate())]).toEqual(files);
    expect(files.map(sha256)).toEqual(before);
  });

  it('and the checksums are theirs', () => {
    expect(run('sha256sum', '--check', '--quiet', 'SHA256SUMS')).toBe('');
  });
});
