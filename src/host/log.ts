import { oneLine } from '../errors.ts';
import type { LogSink } from '../model/ports.ts';
import type { LogLevel, Settings } from '../model/settings.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** systemd's priorities, sd-daemon(3). */
const JOURNAL_PRIORITY: Readonly<Record<LogLevel, string>> = { debug: '<7>', info: '<6>', warn: '<4>', error: '<3>' };
const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

interface Event {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Log extends LogSink {
  /** Writes what was logged. pino is loaded only if there is anything, because loading it takes longer than `oneshot`. */
  flush(): Promise<void>;
}

/**
 * @param journal is standard error the journal (JOURNAL_STREAM, systemd.exec(5))
 * @param write one line to standard error
 */
export function createLog(
  settings: Pick<Settings, 'logLevel' | 'logFormat'>,
  journal: boolean,
  write: (line: string) => void,
): Log {
  const events: Event[] = [];
  const least = ORDER.indexOf(settings.logLevel);
  return {
    log: (level, message, fields = {}) => {
      if (ORDER.indexOf(level) >= least) events.push({ level, message, fields });
    },
    flush: async () => {
      const waiting = events.splice(0);
      if (waiting.length === 0) return;
      const { pino } = await import('pino');
      const format = settings.logFormat === 'auto' ? (journal ? 'journal' : 'text') : settings.logFormat;
      const render = format === 'json' ? (line: string) => line : (line: string) => asText(line, format === 'journal');
      const logger = pino(
        { level: settings.logLevel, base: null },
        {
          write: (line: string) => {
            write(render(line));
          },
        },
      );
      for (const { level, message, fields } of waiting) logger[level](fields, message);
    },
  };
}

/** pino's JSON line as `priority message key=value`. */
function asText(line: string, journal: boolean): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg: string };
  const name = ORDER[Math.min(Math.max(Math.floor(level / 10) - 2, 0), 3)] ?? 'info';
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = `${oneLine(`${msg}${rest.join('')}`)}\n`;
  // The journal keeps the time itself.
  return journal ? `${JOURNAL_PRIORITY[name]}${text}` : `${new Date(time).toISOString()} ${name} ${text}`;
}

/** systemd.exec(5), JOURNAL_STREAM: the device and inode of the journal's socket, if standard error still is that one. */
export function isJournal(sys: Syscalls, stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = sys.fstat(2);
    return stream === `${dev}:${ino}`;
  } catch (error) {
    errnoOf(error);
    return false;
  }
}
