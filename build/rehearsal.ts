/** A run of `oneshot` on a small captured host, from which the build learns what a start needs. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { layOut, withTemporary } from '../test/support/real-tree.ts';

const CONFIG = join(import.meta.dirname, '..', 'bench', 'kubelet-150.yaml');

/** Hands over a directory in which a captured host stands, its kubelet's configuration in /kubelet.yaml. */
export function withCapturedHost<T>(use: (root: string) => T): T {
  return withTemporary((root) => {
    layOut(root, 'legacy-no-hugetlb');
    copyFileSync(CONFIG, join(root, 'kubelet.yaml'));
    return use(root);
  });
}

/** What a rehearsal is started with. */
export function rehearsalOn(root: string): string[] {
  return ['oneshot', '--root', root, '--kubelet-config', '/kubelet.yaml', '--kubelet-version', '1.36'];
}

/**
 * A captured tree is no cgroup filesystem, so a rehearsal ends with "host unusable", having written nothing.
 * @throws Error where it ended otherwise
 */
export function assertRehearsed({ status, stderr }: { readonly status: number | null; readonly stderr: string }): void {
  if (status !== 69) throw new Error(`the rehearsal ended with status ${String(status)}: ${stderr}`);
}
