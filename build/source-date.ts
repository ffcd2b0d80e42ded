import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const TOP = join(import.meta.dirname, '..');

/**
 * When the source that is built was written, in seconds since 1970: SOURCE_DATE_EPOCH, else the time of the commit.
 * Everything in a package that carries a time carries this one, so that two builds of one commit are the same
 * (https://reproducible-builds.org/specs/source-date-epoch/).
 * @throws Error where neither is known
 */
export function sourceDate(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  const text = given ?? spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: TOP, encoding: 'utf8' }).stdout;
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new Error(
    given === undefined
      ? 'the time of the commit is not known, as this is no git checkout: set SOURCE_DATE_EPOCH to seconds since 1970'
      : `SOURCE_DATE_EPOCH is ${JSON.stringify(given)}, must be seconds since 1970`,
  );
}
