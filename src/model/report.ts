import type { CgroupDriver, CgroupMode } from './cgroup.ts';
import type { SystemdFacts } from './host.ts';
import type { Role } from './kubelet.ts';
import type { NodeResource } from './node.ts';
import type { OomDaemon, OomProcess } from './oom.ts';
import type { ActionKind, OutcomeWord } from './plan.ts';
import type { CgroupLimits } from './usage.ts';
import type { Change } from './watch.ts';

/** What the kubelet would do on this host now. */
export interface Verdict {
  readonly kubeletStarts: boolean;
  /** The kubelet's own error text; null when it starts. */
  readonly message: string | null;
  /** Which rule spoke: names the finding that explains it; null when the kubelet starts. */
  readonly rule: string | null;
}

export type Severity = 'error' | 'warning' | 'info';

/** Something that an operator should know. Codes are append-only: docs/findings.md has one anchor each. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** What it is about: a path, a key, a unit. */
  readonly subject: string;
  readonly message: string;
  readonly evidence: readonly string[];
  readonly remedy: string;
}

/** The report, field for field as cgprep.report/v1 publishes it (schema/report.schema.json). */
export interface Report {
  readonly schemaVersion: 'cgprep.report/v1';
  readonly command: 'audit' | 'oneshot';
  readonly cgprepVersion: string;
  readonly host: {
    readonly cgroupMode: CgroupMode;
    readonly hierarchies: readonly {
      readonly mountpoint: string;
      readonly controllers: readonly string[];
      readonly type: 'cgroup' | 'cgroup2';
    }[];
    readonly cgroupDriver: { readonly value: CgroupDriver; readonly evidence: string };
    readonly systemd: SystemdFacts | null;
  };
  readonly kubelet: {
    readonly version: string;
    readonly versionSource: string;
    readonly sources: readonly string[];
    readonly enforceNodeAllocatable: readonly string[];
  };
  /** What the machine has and who gets it; no resources where none could be read. */
  readonly node: { readonly resources: readonly NodeResource[] };
  /** Who the kernel kills when memory runs out; null in a report of oneshot, which does not look. */
  readonly oom: {
    readonly daemons: readonly (OomDaemon & { readonly wanted: number })[];
    readonly pods: {
      readonly guaranteed: number;
      /** For a container that requests 1 GiB on this machine. */
      readonly burstable1GiB: number | null;
      readonly bestEffort: number;
    };
    readonly first: readonly OomProcess[];
    readonly complete: boolean;
  } | null;
  readonly desired: readonly {
    readonly role: Role;
    readonly name: string;
    readonly source: string;
    readonly path: string;
    readonly unit: string | null;
    readonly enforced: boolean;
    readonly controllers: readonly string[];
    /** Where the kubelet looks for it, and what is there now. */
    readonly directories: readonly {
      readonly path: string;
      readonly controllers: readonly string[];
      readonly state: 'present' | 'missing' | 'incomplete' | 'unreadable';
    }[];
    /** What the kubelet would write there; null where nothing is enforced. */
    readonly limits: CgroupLimits | null;
    /** What is in use there; null where it was not looked at. */
    readonly usage: {
      readonly memoryBytes: number | null;
      readonly memoryPeakBytes: number | null;
      readonly memoryFloorBytes: number | null;
      readonly memoryWorkingSetBytes: number | null;
      readonly pids: number | null;
      readonly pidsPeak: number | null;
      readonly hugePages: readonly { readonly size: string; readonly usedBytes: number }[];
    } | null;
  }[];
  readonly plan: readonly {
    readonly id: string;
    readonly action: ActionKind;
    readonly target: string;
    readonly why: string;
    readonly outcome: OutcomeWord;
    readonly error: string | null;
  }[];
  readonly refusals: readonly { readonly target: string; readonly why: string }[];
  /** What cgprep watch has seen change since the host was booted, the latest first; null in a report of oneshot. */
  readonly changes: readonly Change[] | null;
  readonly verdict: { readonly kubeletStarts: boolean; readonly message: string | null };
  readonly findings: readonly (Finding & { readonly ignored: boolean })[];
}
