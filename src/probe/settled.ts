import { CgprepError } from '../errors.ts';
import { refused } from '../model/ports.ts';
import type { Clock, FileText, HostReader, Refused } from '../model/ports.ts';

/** A kubelet configuration is some kilobytes; the kubelet sets no limit, so one far above any real file. */
const LIMIT = 1024 * 1024;
const FRESH_MS = 2000;
const PAUSE_MS = 200;
const TRIES = 10;

/**
 * Reads a configuration file that somebody may be writing just now. A YAML file
 * cut inside a value still parses (`/kube.sl` for `/kube.slice`), so a file that
 * changed within the last moments, or that ends in the middle of a line, is
 * believed only when two reads some time apart are the same.
 * @throws CgprepError CGP_CONFIG_UNSTABLE when it does not come to rest
 */
export function readSettled(reader: HostReader, clock: Clock, path: string): FileText | Refused {
  let before = reader.readText(path, LIMIT);
  if (refused(before)) return before;
  if (clock.now() - before.mtimeMs >= FRESH_MS && endsWhole(before.text)) return before;
  for (let tries = 0; tries < TRIES; tries += 1) {
    clock.sleep(PAUSE_MS);
    const after = reader.readText(path, LIMIT);
    if (refused(after)) return after;
    if (after.text === before.text && after.mtimeMs === before.mtimeMs) return after;
    before = after;
  }
  const seconds = (TRIES * PAUSE_MS) / 1000;
  throw new CgprepError(
    'CGP_CONFIG_UNSTABLE',
    `${path}: still changing after ${seconds} seconds of looking`,
    'Wait until whatever writes the file is done, then run cgprep again.',
  );
}

/** A last line without its newline may be half a line; a closed JSON object is whole without one. */
function endsWhole(text: string): boolean {
  if (text === '' || text.endsWith('\n')) return true;
  return text.trimStart().startsWith('{') && text.endsWith('}');
}
