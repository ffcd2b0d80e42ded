import type { CgroupDriver } from './cgroup.ts';

/** cgprep's own settings: the command line over the settings file over the defaults. */
export interface Settings {
  /** The host's root directory, absolute. */
  readonly root: string;
  readonly kubeletConfig: string | null;
  readonly kubeletConfigDir: string | null;
  readonly kubeletArgs: string | null;
  readonly kubeletVersion: string | null;
  readonly kubeReservedCgroup: string | null;
  readonly systemReservedCgroup: string | null;
  readonly cgroupDriver: 'auto' | CgroupDriver;
  readonly dryRun: boolean;
  readonly output: 'text' | 'json' | 'yaml';
  readonly failOn: 'error' | 'warning' | 'never';
  readonly ignore: readonly string[];
  readonly logLevel: LogLevel;
  readonly logFormat: 'auto' | 'text' | 'json' | 'journal';
  readonly color: 'auto' | 'always' | 'never';
  /** Between two whole passes of `watch`, milliseconds. */
  readonly resync: number;
  /** The file of what drifted, inside the root. */
  readonly record: string;
  /** Where metrics and health are answered: `127.0.0.1:9877`, `unix:/run/cgprep/metrics.sock`; null for nowhere. */
  readonly listen: string | null;
  /** A file of metrics for node_exporter's textfile collector. */
  readonly textfile: string | null;
  /** How often one thing may drift within `backOffWithin` milliseconds until `watch` backs off from it. */
  readonly backOffAfter: number;
  readonly backOffWithin: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
