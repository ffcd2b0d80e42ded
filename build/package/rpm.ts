import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LICENCES } from '../licences.ts';
import { CONFIG, contents, DESCRIPTION, DIST, MAINTAINER, plain, SUMMARY, TOP } from './contents.ts';
import type { Packaged, Processor } from './contents.ts';
import { disableAll, RELOAD, restartRunning, tryOut } from './scripts.ts';
import { staged } from './stage.ts';

const LICENCE_DIRECTORY = '/usr/share/licenses/cgprep';

/** Writes dist/cgprep-VERSION-1.ARCHITECTURE.rpm, by rpmbuild. */
export function rpm(processor: Processor, version: string, date: number): string {
  const files = contents(processor, {
    zsh: '/usr/share/zsh/site-functions',
    licences: LICENCE_DIRECTORY,
    files: [
      plain(`${LICENCE_DIRECTORY}/LICENSE`, join(TOP, 'LICENSE')),
      plain('/usr/share/doc/cgprep/CHANGELOG.md', join(TOP, 'CHANGELOG.md')),
    ],
  });
  const name = `cgprep-${version}-1.${processor.rpm}.rpm`;
  staged(files, (directory) => {
    const work = mkdtempSync(join(tmpdir(), 'cgprep-rpm-'));
    try {
      mkdirSync(join(work, 'out'));
      const spec = join(work, 'cgprep.spec');
      writeFileSync(spec, specFile(version, date, files));
      const defines = {
        _topdir: work,
        _rpmdir: join(work, 'out'),
        _rpmfilename: name,
        staged: directory,
        // Without these a package carries the machine and the time it was built on.
        _buildhost: 'localhost',
        use_source_date_epoch_as_buildtime: '1',
        clamp_mtime_to_source_date_epoch: '1',
      };
      execFileSync(
        'rpmbuild',
        [
          '-bb',
          '--quiet',
          `--target=${processor.rpm}-linux`,
          ...Object.entries(defines).flatMap(([key, value]) => ['--define', `${key} ${value}`]),
          spec,
        ],
        { env: { ...process.env, SOURCE_DATE_EPOCH: String(date) }, stdio: ['ignore', 'ignore', 'inherit'] },
      );
      copyFileSync(join(work, 'out', name), join(DIST, name));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return join(DIST, name);
}

function specFile(version: string, date: number, files: readonly Packaged[]): string {
  // "Wed, 25 Nov 2026 …" → "Wed Nov 25 2026", the only form that rpm reads.
  const [, weekday, day, month, year] = /^(\w+), (\d+) (\w+) (\d+)/.exec(new Date(date * 1000).toUTCString()) ?? [];
  return `# The executable carries its program behind the ELF image: stripped, it is a bare runtime.
%global __os_install_post %{nil}
%global debug_package %{nil}
%global _build_id_links none
%global _binary_payload w3.zstdio

Name: cgprep
Version: ${version}
Release: 1
Summary: ${SUMMARY.slice(0, 1).toUpperCase()}${SUMMARY.slice(1)}
License: ${LICENCES.join(' AND ')}
Group: System Environment/Base
Packager: ${MAINTAINER}

%description
${DESCRIPTION.join('\n')}

%install
cp -a %{staged}/. %{buildroot}/

%post
${tryOut('cgprep')}
${RELOAD}

%preun
if [ "$1" = 0 ]; then
  ${disableAll()}
fi

%postun
${RELOAD}
${restartRunning() === '' ? '' : `if [ "$1" != 0 ]; then\n  ${restartRunning()}fi\n`}
%files
%defattr(-,root,root)
${ownDirectories(files)
  .map((path) => `%dir ${path}\n`)
  .join('')}${files.map(({ path, mode }) => `${tagOf(path)}%attr(${mode.toString(8)},root,root) ${path}\n`).join('')}
%changelog
* ${weekday} ${month} ${day} ${year} ${MAINTAINER} - ${version}-1
- Release ${version}: see CHANGELOG.md.
`;
}

/** The directories that are the package's alone, and go with it: rpm leaves behind what it does not own. */
function ownDirectories(files: readonly Packaged[]): string[] {
  const all = files.flatMap(({ path }) => {
    const [, top = '', below = ''] = /^(.*?\/cgprep)\/(.+)$/.exec(path) ?? [];
    if (top === '') return [];
    return below.split('/').map((_, depth, names) => [top, ...names.slice(0, depth)].join('/'));
  });
  return [...new Set(all)].toSorted((a, b) => (a < b ? -1 : 1));
}

function tagOf(path: string): string {
  if (path === CONFIG) return '%config(noreplace) ';
  if (dirname(path) === LICENCE_DIRECTORY) return '%license ';
  return path.startsWith('/usr/share/doc/') || path.startsWith('/usr/share/man/') ? '%doc ' : '';
}
