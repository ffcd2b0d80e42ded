import type { IFs } from 'memfs';
import { cli } from '../../src/cli/cli.ts';
import type { Environment } from '../../src/cli/environment.ts';
import { createLog } from '../../src/host/log.ts';
import { createReader } from '../../src/host/reader.ts';
import { probeHost } from '../../src/probe/host.ts';
import { mountHost, memorySyscalls } from './captured-host.ts';
import type { CapturedHost } from './captured-host.ts';
import { fakeDoor } from './fake-cgroupfs.ts';
import { fakeSystemd } from './fake-systemd.ts';
import { virtualTime } from './virtual-time.ts';
import type { Journal } from './fake-cgroupfs.ts';

/** What a run of the whole program came to. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A captured host on which the whole program can be run, again and again. */
export interface MemoryHost {
  readonly fs: IFs;
  /** Every change made, one line each. */
  readonly journal: Journal;
  readonly run: (...argv: string[]) => Promise<Ran>;
}

/** What only `watch` asks for. */
export const WITHOUT_WATCH = {
  ownFiles: () => Promise.reject(new Error('a run in memory has no files of its own')),
  server: () => Promise.reject(new Error('a run in memory has no network')),
  usage: () => ({ residentBytes: 0, cpuSeconds: 0, openFds: 0 }),
  timers: virtualTime(),
  random: () => 0.5,
  watchDirectories: () => Promise.reject(new Error('a run in memory watches no directory')),
  notify: () => Promise.reject(new Error('a run in memory has no systemd')),
  onSignal: () => () => undefined,
} as const;

/**
 * @param config the kubelet's configuration, put where `--kubelet-config /kubelet.yaml` finds it
 * @param own what else the program has for its environment
 * @param refuse an errno instead of a call, e.g. for `mkdir /sys/fs/cgroup/cpu/kube.slice`
 */
export function memoryHost(
  host: CapturedHost,
  config?: string,
  refuse?: (call: string) => string | null,
  own: Partial<Environment> = {},
): MemoryHost {
  const files: Record<string, string> = { ...host.files, ...(config === undefined ? {} : { '/kubelet.yaml': config }) };
  // Captures hold what PID 1 saw; here the program is that process.
  for (const [path, text] of Object.entries(host.files)) {
    if (path.startsWith('/proc/1/')) files[path.replace('/1/', '/self/')] = text;
  }
  const fs = mountHost({ ...host, files });
  const journal: Journal = [];
  const reader = createReader(memorySyscalls(fs), '/');
  const door = fakeDoor(fs, journal, refuse);
  const { hierarchies } = probeHost(reader, 'self', 'shortest');
  // What systemd does is one line of the journal, whatever it makes.
  const systemd = fakeSystemd(fs, fakeDoor(fs, []), hierarchies, journal);
  const run = async (...argv: string[]): Promise<Ran> => {
    const out = { 1: '', 2: '' };
    const print = (fd: 1 | 2, text: string): void => {
      out[fd] += text;
    };
    const status = await cli([...argv, ...(config === undefined ? [] : ['--kubelet-config', '/kubelet.yaml'])], {
      cgprepVersion: '0.0.0-test',
      variables: {},
      clock: { now: () => 1_800_000_000_000, sleep: () => undefined },
      reader: () => reader,
      door: () => door,
      systemd: () => Promise.resolve(systemd),
      kubeletVersion: () => Promise.resolve(null),
      askRuntime: () => Promise.resolve(null),
      askMachine: () => Promise.resolve({ processors: null, space: null }),
      ...WITHOUT_WATCH,
      ...own,
      print,
      isTerminal: () => false,
      log: (settings) =>
        createLog(settings, false, (line) => {
          print(2, line);
        }),
    });
    return { status, stdout: out[1], stderr: out[2] };
  };
  return { fs, journal, run };
}
