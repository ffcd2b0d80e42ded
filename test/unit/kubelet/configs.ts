import { decodeDropIn, decodeKubeletConfig } from '../../../src/kubelet/decode.ts';
import type { Decoded } from '../../../src/kubelet/decode.ts';
import { effectiveConfig } from '../../../src/kubelet/effective.ts';
import type { KubeletConfig } from '../../../src/model/kubelet.ts';
import { parseKubeletArgs, splitArgs } from '../../../src/kubelet/flags.ts';

/** The two lines that every configuration must have, so that what is under test begins on line 3. */
export const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

export function decode(body: string): Decoded {
  return decodeKubeletConfig(HEAD + body, '/c.yaml');
}

export function dropIn(name: string, body: string): Decoded {
  return decodeDropIn(HEAD + body, name);
}

/** What was thrown, as one line of code, message and hint. */
export function refusal(run: () => unknown): { code: string; message: string; hint: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'hint' in error) {
      return { code: String(error.code), message: error.message, hint: String(error.hint) };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Minor release, body of the main file (null: none), command line (null: unknown). */
export function effective(
  minor: number,
  file: string | null,
  args: string | null = null,
  overrides = {},
): KubeletConfig {
  return effectiveConfig({
    version: { value: { text: `1.${minor}`, minor }, source: '--kubelet-version' },
    ...(file === null ? {} : { file: decode(file) }),
    dropIns: [],
    ...(args === null ? {} : { flags: parseKubeletArgs(splitArgs(args)) }),
    overrides,
  });
}
