import type { ActionKind } from './plan.ts';

/** What may drift, as metrics, logs and the record name it. The first four cgprep repairs, the others it tells of. */
export type DriftKind =
  | 'cgroup-missing'
  | 'controllers-missing'
  | 'cpuset-empty'
  | 'slice-inactive'
  | 'limits-changed'
  | 'configuration-changed'
  | 'daemon-moved';

/** Something that was right, or was made right, and no longer is. */
export interface Drift {
  readonly kind: DriftKind;
  /** The directory, file, unit or process it is about. */
  readonly subject: string;
  /** One line: what was expected, what was found. */
  readonly message: string;
}

/** What `watch` knows of itself and of the node: the source of its metrics, its health and its STATUS line. */
export interface WatchStatus {
  readonly cgprepVersion: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Would the kubelet start, by the last pass; false if that could not be finished, null before the first. */
  readonly ready: boolean | null;
  /** The kubelet's own error text where it would not; or why the last pass could not be finished. */
  readonly message: string | null;
  /** Passes since the start: `good` were finished, `failed` were not (an error, not an unready node). */
  readonly passes: { readonly good: number; readonly failed: number };
  /** How long the last pass took, in seconds. */
  readonly lastPassSeconds: number | null;
  readonly lastGoodPassAtMs: number | null;
  /** How often drift was seen since the start. */
  readonly drift: Readonly<Record<DriftKind, number>>;
  /** What was done about it since the start. */
  readonly repairs: Readonly<Record<ActionKind, { readonly done: number; readonly failed: number }>>;
  /** Drift that is there now: not repaired, not to be repaired, or left alone because it came back too often. */
  readonly standing: readonly Drift[];
  /** Subjects that watch has backed off from, because they drifted again and again. */
  readonly backingOff: readonly string[];
}

/** One file of a reserved cgroup that the kubelet writes. */
export interface LimitFact {
  readonly file: string;
  /** What the kubelet would write, as the kernel shows it. */
  readonly wanted: string;
  readonly found: string;
}

/** A daemon of the node and the cgroup that it runs in. */
export interface DaemonPlace {
  /** The process's name: `kubelet`. */
  readonly name: string;
  readonly pid: number;
  readonly path: string;
  /** Is that one of the reserved cgroups, or below one. */
  readonly reserved: boolean;
}

/** One line of the record: what drifted, and what became of it. */
export interface RecordEntry {
  /** ISO 8601. */
  readonly time: string;
  /** /proc/sys/kernel/random/boot_id: the record may live longer than the boot. */
  readonly boot: string;
  readonly kind: DriftKind;
  readonly subject: string;
  readonly message: string;
  /** `repaired`; `failed`; `backing-off`: left alone for a while; `told`: not cgprep's to repair. */
  readonly result: 'repaired' | 'failed' | 'backing-off' | 'told';
  /** The actions that were done about it, by their ids. */
  readonly done: readonly string[];
  /** How often since the last line about it. */
  readonly count: number;
}

/** One thing that has drifted since the host was booted, as the report shows it. */
export interface Change extends Pick<RecordEntry, 'kind' | 'subject' | 'message' | 'result'> {
  /** How often. */
  readonly count: number;
  /** ISO 8601. */
  readonly firstAt: string;
  readonly lastAt: string;
}
