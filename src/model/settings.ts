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
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
