import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LICENCES } from '../licences.ts';
import { compressed, CONFIG, contents, DESCRIPTION, DIST, MAINTAINER, plain, SUMMARY, TOP } from './contents.ts';
import type { Packaged, Processor } from './contents.ts';
import { disableAll, RELOAD, restartRunning, tryOut } from './scripts.ts';
import { staged } from './stage.ts';

const DOC = '/usr/share/doc/cgprep';

/**
 * Writes dist/cgprep_VERSION_ARCHITECTURE.deb, by dpkg-deb. debhelper would add only its own scripts for units, which
 * do what scripts.ts says that we do not want.
 */
export function deb(processor: Processor, version: string, date: number): string {
  const revision = `${version}-1`;
  const file = join(DIST, `cgprep_${revision}_${processor.debian}.deb`);
  const files = contents(processor, {
    zsh: '/usr/share/zsh/vendor-completions',
    licences: DOC,
    files: [
      plain(`${DOC}/copyright`, Buffer.from(copyright())),
      compressed(`${DOC}/changelog.gz`, join(TOP, 'CHANGELOG.md')),
      compressed(`${DOC}/changelog.Debian.gz`, Buffer.from(debianChangelog(revision, version, date))),
      plain('/usr/share/lintian/overrides/cgprep', join(TOP, 'build', 'package', 'lintian-overrides')),
    ],
  });
  staged(files, (directory) => {
    const control = join(directory, 'DEBIAN');
    mkdirSync(control);
    writeFileSync(join(control, 'control'), controlFile(processor, revision, files));
    writeFileSync(join(control, 'conffiles'), `${CONFIG}\n`);
    writeFileSync(join(control, 'md5sums'), md5sums(files));
    for (const [name, text] of Object.entries(SCRIPTS)) writeFileSync(join(control, name), text, { mode: 0o755 });
    // xz: the dpkg of Debian 11 and older reads no zstd (deb(5)). -z3 takes three times as long for 3 % less.
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', directory, file], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(date) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  return file;
}

function controlFile({ debian, node }: Processor, revision: string, files: readonly Packaged[]): string {
  const kilobytes = files.reduce((sum, one) => sum + Math.ceil(bytesOf(one).length / 1024), 0);
  return `Package: cgprep
Version: ${revision}
Architecture: ${debian}
Maintainer: ${MAINTAINER}
Installed-Size: ${kilobytes}
Depends: ${dependencies(join(DIST, `cgprep-linux-${node}`)).join(', ')}
Section: admin
Priority: optional
Description: ${SUMMARY}
${DESCRIPTION.map((line) => ` ${line}\n`).join('')}`;
}

const PACKAGE_OF: Readonly<Record<string, string>> = {
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
};

/**
 * The packages with the libraries that an executable of any processor asks for. dpkg-shlibdeps would want them
 * installed, for that processor. Everything else that it may ask for is part of glibc.
 */
function dependencies(executable: string): string[] {
  const read = (...options: string[]): string =>
    execFileSync('readelf', ['--wide', ...options, executable], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const needed = [...read('--dynamic').matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, library = '']) => library);
  const versions = [...read('--version-info').matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  if (!needed.includes('libc.so.6') || versions.length === 0) throw new Error(`${executable} is not linked with glibc`);
  const unknown = needed.filter((library) => PACKAGE_OF[library] === undefined && !GLIBC.test(library));
  if (unknown.length > 0) throw new Error(`${executable} needs ${unknown.join(', ')}: in which package is that?`);
  const others = needed.flatMap((library) => PACKAGE_OF[library] ?? []);
  return [`libc6 (>= 2.${Math.max(...versions)})`, ...others];
}

const GLIBC = /^(?:lib(?:c|m|dl|pthread|rt)\.so\.\d|ld-linux-[a-z0-9-]+\.so\.\d)$/;

function bytesOf({ from }: Packaged): Uint8Array {
  return typeof from === 'string' ? readFileSync(from) : from;
}

function md5sums(files: readonly Packaged[]): string {
  return files
    .filter(({ path }) => path !== CONFIG)
    .map((one) => `${createHash('md5').update(bytesOf(one)).digest('hex')}  ${one.path.slice(1)}\n`)
    .join('');
}

function debianChangelog(revision: string, version: string, date: number): string {
  const when = new Date(date * 1000).toUTCString().replace('GMT', '+0000');
  return `cgprep (${revision}) unstable; urgency=medium\n\n  * Release ${version}: see changelog.gz.\n\n -- ${MAINTAINER}  ${when}\n`;
}

const SCRIPTS: Readonly<Record<string, string>> = {
  postinst: `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  ${tryOut('cgprep')}
  ${RELOAD}
  ${restartRunning()}fi
`,
  prerm: `#!/bin/sh
set -e
if [ "$1" = remove ]; then
  ${disableAll()}
fi
`,
  postrm: `#!/bin/sh
set -e
if [ "$1" = remove ]; then
  ${RELOAD}
fi
`,
};

/** Where Debian keeps the texts that packages need not bring: base-files. */
const COMMON: Readonly<Record<string, string>> = {
  'Apache-2.0': 'Apache-2.0',
  'LGPL-2.0-or-later': 'LGPL-2',
  'LGPL-2.1-or-later': 'LGPL-2.1',
};

/** https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */
function copyright(): string {
  const notices = `${DOC}/THIRD-PARTY-LICENSES.txt`;
  const whereOf = (name: string): string => {
    const common = COMMON[name];
    return common === undefined ? notices : `/usr/share/common-licenses/${common}`;
  };
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: cgprep

Files: *
Copyright: 2026 the cgprep authors
License: Apache-2.0

Files: usr/bin/cgprep
Copyright: 2026 the cgprep authors, and the authors of what is linked into it
License: ${LICENCES.join(' and ')}
Comment: The executable is the program and its runtime, Bun, which is linked with
 JavaScriptCore and TinyCC (LGPL) and others. What is in it, by whom, under which
 licence, where the source of exactly that is, and how to link the program with
 changed libraries:
 ${notices}
${LICENCES.map((name) => `\nLicense: ${name}\n The full text is in ${whereOf(name)}\n`).join('')}`;
}
