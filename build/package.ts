/**
 * `npm run package`: from the executables in dist makes a .deb and a .rpm for each processor, and SHA256SUMS of all
 * that is handed out. Needs dpkg-deb, rpmbuild and readelf (Debian: dpkg, rpm, binutils).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeChecksums } from './package/checksums.ts';
import { DIST, MAINTAINER, NOTICES, PROCESSORS, TOP } from './package/contents.ts';
import { deb } from './package/deb.ts';
import { rpm } from './package/rpm.ts';
import { sourceDate } from './source-date.ts';

const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as { version: string };
const date = sourceDate();

const built = [...PROCESSORS.map(({ node }) => join(DIST, `cgprep-linux-${node}`)), NOTICES];
const missing = built.filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`${missing.join(' and ')}: not there, run npm run build:bin first`);
  process.exit(1);
}
for (const old of globSync(['*.deb', '*.rpm', '*.tgz', 'SHA256SUMS'], { cwd: DIST })) rmSync(join(DIST, old));

for (const processor of PROCESSORS)
  console.log([deb(processor, version, date), rpm(processor, version, date)].join('\n'));
// --ignore-scripts: prepack would build again, and empty dist.
execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', DIST], {
  cwd: TOP,
  stdio: 'inherit',
});
console.log(writeChecksums(DIST));
if (MAINTAINER.includes('.invalid>'))
  console.error(`not for a release: their maintainer is ${MAINTAINER}, a placeholder (build/package/contents.ts)`);
