import { CgprepError } from '../errors.ts';
import { dpkgVersion, snapVersion } from '../kubelet/package-version.ts';
import { NEWEST, parseKubeletVersion } from '../kubelet/versions.ts';
import type { KubeletVersion, Sourced } from '../model/kubelet.ts';
import { refused } from '../model/ports.ts';
import type { Discovered } from './discover.ts';
import type { Session } from './session.ts';

const ASSUMED: Sourced<KubeletVersion> = { value: NEWEST, source: 'assumed: the newest that cgprep knows' };

const DPKG = '/var/lib/dpkg/status';
const DPKG_LIMIT = 64 * 1024 * 1024;
const SNAP_LIMIT = 1024 * 1024;

/**
 * Whose rules apply: the version that was named; else that of the kubelet whose command line was found, from the
 * package it belongs to, or from itself. `oneshot` is on the boot path: dpkg's database has megabytes, and to ask the
 * kubelet is to load its 80, so it looks only where one small file tells.
 * @throws CgprepError CGP_USAGE
 */
export async function versionOf(
  { settings, reader, kubeletVersion }: Session,
  command: 'audit' | 'oneshot',
  { command: found, snap }: Discovered,
): Promise<Sourced<KubeletVersion>> {
  if (settings.kubeletVersion !== null) return named(settings.kubeletVersion);
  if (snap !== null) {
    const file = reader.readText(snap, SNAP_LIMIT);
    const value = refused(file) ? null : snapVersion(file.text);
    if (value !== null) return { value, source: snap };
  }
  const program = found?.program ?? null;
  if (command === 'oneshot' || program === null) return ASSUMED;
  if (program === '/usr/bin/kubelet') {
    const file = reader.readText(DPKG, DPKG_LIMIT);
    const value = refused(file) ? null : dpkgVersion(file.text, 'kubelet');
    if (value !== null) return { value, source: `${DPKG}: the package kubelet` };
  }
  // Below another root it may be for another machine, and it would not run in its own surroundings.
  const said = settings.root === '/' ? await kubeletVersion(program) : null;
  const value = said === null ? null : toldVersion(said);
  return value === null ? ASSUMED : { value, source: `${program} --version` };
}

/** k3s and RKE2 are of the version of the kubelet inside them: `k3s version v1.30.4+k3s1 (98262b5d)`. */
function toldVersion(said: string): KubeletVersion | null {
  return parseKubeletVersion(/^(?:k3s|rke2) version (\S+)/.exec(said)?.[1] ?? said);
}

function named(text: string): Sourced<KubeletVersion> {
  const value = parseKubeletVersion(text);
  if (value !== null) return { value, source: '--kubelet-version' };
  throw new CgprepError(
    'CGP_USAGE',
    `--kubelet-version ${JSON.stringify(text)} is not a version`,
    'Write it as 1.36 or 1.36.2.',
  );
}
