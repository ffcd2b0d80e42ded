import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export const TOP = join(import.meta.dirname, '..', '..');
export const DIST = join(TOP, 'dist');
/** The licences of all that is in the executables; beside them, where there is no package (build/licences.ts). */
export const NOTICES = join(DIST, 'cgprep-linux-THIRD-PARTY-LICENSES.txt');

/** A processor as Node, Debian and RPM call it. */
export const PROCESSORS = [
  { node: 'x64', debian: 'amd64', rpm: 'x86_64' },
  { node: 'arm64', debian: 'arm64', rpm: 'aarch64' },
] as const;

export type Processor = (typeof PROCESSORS)[number];

export interface Packaged {
  /** Where it is installed: "/usr/bin/cgprep". */
  readonly path: string;
  /** What is in it: the path of a file that is built or in the source, or bytes. */
  readonly from: string | Uint8Array;
  readonly mode: 0o644 | 0o755;
}

/** What belongs to one kind of package alone. */
export interface Local {
  /** Where zsh looks for the completions of packages. */
  readonly zsh: string;
  /** Where licences are looked for. */
  readonly licences: string;
  readonly files: readonly Packaged[];
}

export const CONFIG = '/etc/cgprep/config.yaml';
const DOC = '/usr/share/doc/cgprep';

/**
 * Whom a package's users write to. The project has no mailing list yet: a placeholder, to be replaced here before a
 * release. RFC 2606 keeps this domain free, so that no mail goes astray.
 */
export const MAINTAINER = 'The cgprep maintainers <cgprep@cgprep.invalid>';

export const SUMMARY = 'prepares the cgroups that the kubelet demands';
export const DESCRIPTION = [
  'With enforceNodeAllocatable the kubelet writes limits to the cgroups named in',
  'kubeReservedCgroup and systemReservedCgroup. It never makes them, and does not',
  'start without them. cgprep makes exactly those before the kubelet starts, and',
  'tells whether a kubelet would start on this host. Installing enables no unit.',
];

/** Every file of a package, by path. */
export function contents(processor: Processor, local: Local): Packaged[] {
  const files: Packaged[] = [
    { path: '/usr/bin/cgprep', from: join(DIST, `cgprep-linux-${processor.node}`), mode: 0o755 },
    plain(CONFIG, share('config.yaml')),
    ...unitNames().map((name) => plain(`/usr/lib/systemd/system/${name}`, join(TOP, 'systemd', name))),
    compressed('/usr/share/man/man8/cgprep.8.gz', share('cgprep.8')),
    compressed('/usr/share/man/man5/cgprep.yaml.5.gz', share('cgprep.yaml.5')),
    plain('/usr/share/bash-completion/completions/cgprep', share('cgprep.bash')),
    plain(`${local.zsh}/_cgprep`, share('_cgprep')),
    plain('/usr/share/fish/vendor_completions.d/cgprep.fish', share('cgprep.fish')),
    plain(`${local.licences}/THIRD-PARTY-LICENSES.txt`, NOTICES),
    ...['docs/findings.md', 'docs/errors.md', 'schema/report.schema.json'].map((file) =>
      plain(`${DOC}/${basename(file)}`, join(TOP, file)),
    ),
    ...globSync(['README.md', '*.slice', '*.d/*.conf'], { cwd: join(TOP, 'systemd') }).map((file) =>
      plain(`${DOC}/examples/${file}`, join(TOP, 'systemd', file)),
    ),
    ...local.files,
  ];
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The units, none of which is enabled. */
export function unitNames(): string[] {
  return globSync('*.service', { cwd: join(TOP, 'systemd') }).toSorted((a, b) => (a < b ? -1 : 1));
}

export function plain(path: string, from: string | Uint8Array): Packaged {
  return { path, from, mode: 0o644 };
}

/** As `gzip -9n`: without the time, which would make each build another. */
export function compressed(path: string, from: string | Uint8Array): Packaged {
  const bytes = typeof from === 'string' ? readFileSync(from) : from;
  return plain(path, gzipSync(bytes, { level: 9 }));
}

function share(name: string): string {
  return join(DIST, 'share', name);
}
