import type { Log } from '../../host/log.ts';
import { refused } from '../../model/ports.ts';
import type { Clock, OwnFiles } from '../../model/ports.ts';
import type { LogLevel } from '../../model/settings.ts';
import { pendingLines, tell } from '../../watch/telling.ts';
import type { Line, Telling } from '../../watch/telling.ts';

/** A quarter of a MiB is some thousand lines; with the rotated file it is twice that. */
const RECORD_LIMIT = 256 * 1024;

/** What `watch` says: each change once, to the log and to the record. */
export interface Voice {
  /** Tells what drifted, or counts it when it was told just now. */
  drifted(news: readonly Line[]): void;
  /** Tells what was only counted. */
  finish(): void;
  /** Says something of one topic, unless it is what was said of it last; null: the topic is over. */
  say(topic: string, level: LogLevel, message: string | null, over?: string): void;
}

/** Where it goes; a reload may change both. */
export interface Destinations {
  readonly log: Log;
  /** The file of the record, on the machine that we run on. */
  readonly record: string;
}

export function createVoice(
  destinations: () => Destinations,
  files: OwnFiles,
  clock: Clock,
  now: () => number,
  boot: string,
): Voice {
  let telling: Telling = new Map();
  const said = new Map<string, string>();
  const say: Voice['say'] = (topic, level, message, over) => {
    const before = said.get(topic) ?? null;
    if (message === before) return;
    if (message === null) {
      said.delete(topic);
      if (over !== undefined) destinations().log.log('info', over);
      return;
    }
    said.set(topic, message);
    destinations().log.log(level, message);
  };
  const write = (lines: readonly Line[]): void => {
    const { log, record } = destinations();
    for (const { kind, subject, message, result, done, count } of lines) {
      const times = count === 1 ? '' : `, ${count} times`;
      const level = result === 'failed' ? 'error' : 'warn';
      log.log(level, `${subject}: ${message}${times}; ${result}`, { kind, ...(done.length === 0 ? {} : { done }) });
      // oxlint-disable-next-line no-restricted-globals -- writes the clock's time out, and asks for none
      const entry = { time: new Date(clock.now()).toISOString(), boot, kind, subject, message, result, done, count };
      const written = files.append(record, JSON.stringify(entry), RECORD_LIMIT);
      say(
        'record',
        'warn',
        refused(written) ? `${record}: the record cannot be written (${written.errno}); going on without it` : null,
        `${record}: the record is written again`,
      );
    }
  };
  return {
    say,
    drifted: (news) => {
      const { state, lines } = tell(telling, news, now());
      telling = state;
      write(lines);
    },
    finish: () => {
      write(pendingLines(telling));
    },
  };
}
