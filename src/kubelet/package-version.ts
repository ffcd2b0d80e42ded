import type { KubeletVersion } from '../model/kubelet.ts';
import { parseKubeletVersion } from './versions.ts';

/** The version of the installed package in /var/lib/dpkg/status (deb-control(5)), without epoch and Debian revision. */
export function dpkgVersion(status: string, name: string): KubeletVersion | null {
  const start = status.startsWith(`Package: ${name}\n`) ? 0 : status.indexOf(`\nPackage: ${name}\n`) + 1;
  if (start === 0 && !status.startsWith(`Package: ${name}\n`)) return null;
  const end = status.indexOf('\n\n', start);
  const stanza = status.slice(start, end === -1 ? undefined : end);
  // A package that was removed leaves a stanza without its files.
  if (!/^Status: \S+ ok installed$/m.test(stanza)) return null;
  const version = /^Version: (?:\d+:)?(\d+\.\d+(?:\.\d+)?)/m.exec(stanza)?.[1];
  return version === undefined ? null : parseKubeletVersion(version);
}

/** The version of a snap in its meta/snap.yaml; MicroK8s' is that of its Kubernetes. */
export function snapVersion(text: string): KubeletVersion | null {
  const version = /^version:\s*["']?([^\s"']+)/m.exec(text)?.[1];
  return version === undefined ? null : parseKubeletVersion(version);
}
