import { splitArgs } from './flags.ts';

/**
 * The words of a file with a flag in each line, as MicroK8s keeps them: `${SNAP_DATA}` in it stands for a directory,
 * a line that begins with # is a comment.
 * @throws CgprepError CGP_KUBELET_ARGS for a quote that is not closed
 */
export function parseArgsFile(text: string, variables: Readonly<Record<string, string>>): string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines.flatMap((line) =>
    splitArgs(
      line.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
        return variables[braced ?? bare ?? ''] ?? whole;
      }),
    ),
  );
}
