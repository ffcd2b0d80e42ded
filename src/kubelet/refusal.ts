import { CgprepError } from '../errors.ts';

/**
 * The error for a configuration file that the kubelet would not take, or that it might take differently.
 * @param what was found and what is accepted; keys and values may hold line ends, the message has none
 * @param hint what to do
 */
export function refusal(file: string, line: number, what: string, hint: string): CgprepError {
  return new CgprepError('CGP_KUBELET_CONFIG', oneLine(`${file}:${line}: ${what}`), oneLine(hint));
}

function oneLine(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
