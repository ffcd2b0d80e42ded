import type { KubeletConfig } from '../../model/kubelet.ts';
import type { HostReader, Timers } from '../../model/ports.ts';

/** A changed file is believed when it has been at rest for so long: half a YAML file is still YAML. */
const REST_MS = 2000;

/** The kubelet's configuration as it is now, parsed only when a file that it comes from has changed. */
export interface WatchedConfig {
  current(): Promise<{
    /** The last one that made sense; null when there was none yet. */
    readonly config: KubeletConfig | null;
    /** What loadKubelet threw, if what is there now makes no sense. */
    readonly problem: unknown;
    /** A change is believed in so many milliseconds; null where there is none. */
    readonly settlesInMs: number | null;
  }>;
  /** Every path that was read or looked for. */
  paths(): readonly string[];
  /** Reads anew at the next call. */
  forget(): void;
}

interface Loaded {
  readonly stamps: ReadonlyMap<string, string>;
  readonly config: KubeletConfig | null;
  readonly problem: unknown;
}

/** @param load reads the configuration through the reader that it is given, and no other */
export function watchConfig(
  reader: HostReader,
  timers: Timers,
  load: (reader: HostReader) => Promise<KubeletConfig>,
): WatchedConfig {
  let loaded: Loaded | null = null;
  let changed: { readonly stamps: string; readonly since: number } | null = null;

  const reload = async (): Promise<Loaded> => {
    const stamps = new Map<string, string>();
    changed = null;
    try {
      return { stamps, config: await load(noting(reader, stamps)), problem: null };
    } catch (error) {
      return { stamps, config: loaded?.config ?? null, problem: error };
    }
  };
  /** The milliseconds until a change is believed; null where nothing has changed. */
  const restMs = ({ stamps }: Loaded): number | null => {
    if ([...stamps].every(([path, stamp]) => reader.stamp(path) === stamp)) {
      changed = null;
      return null;
    }
    const now = [...stamps.keys()].map((path) => reader.stamp(path)).join(' ');
    if (changed?.stamps !== now) changed = { stamps: now, since: timers.now() };
    return Math.max(0, changed.since + REST_MS - timers.now());
  };
  return {
    current: async () => {
      let settlesInMs: number | null = null;
      if (loaded !== null) settlesInMs = restMs(loaded);
      if (loaded === null || settlesInMs === 0) {
        loaded = await reload();
        settlesInMs = null;
      }
      const { config, problem } = loaded;
      return { config, problem, settlesInMs };
    },
    paths: () => [...(loaded?.stamps.keys() ?? [])],
    forget: () => {
      loaded = null;
    },
  };
}

/** The same reader, which notes the stamp of everything before it is looked at. */
function noting(reader: HostReader, stamps: Map<string, string>): HostReader {
  const note = (path: string): void => {
    if (!stamps.has(path)) stamps.set(path, reader.stamp(path));
  };
  return {
    readText: (path, limit) => {
      note(path);
      return reader.readText(path, limit);
    },
    kind: (path) => {
      note(path);
      return reader.kind(path);
    },
    isLink: (path) => {
      note(path);
      return reader.isLink(path);
    },
    list: (path) => {
      note(path);
      return reader.list(path);
    },
    stamp: (path) => reader.stamp(path),
  };
}
