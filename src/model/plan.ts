/** Each kind of action and what it needs to be carried out; apply has one executor per kind. */
export interface ActionKinds {
  /** Asks systemd for properties of a slice that make it pass controllers on, and keep passing them on. */
  'set-properties': { readonly unit: string; readonly properties: readonly string[] };
  /** Asks systemd to load and start a slice, which makes its directory wherever systemd manages the tree. */
  'start-slice': { readonly unit: string };
  /** mkdir of one directory; its parent exists or is made by an earlier action. */
  'make-directory': { readonly mountpoint: string; readonly path: string };
  /** Fills one empty v1 cpuset file of a cgroup with its nearest ancestor's value. */
  'seed-cpuset': {
    readonly mountpoint: string;
    readonly path: string;
    readonly file: 'cpuset.cpus' | 'cpuset.mems';
    readonly value: string;
  };
  /** Adds words to a v2 parent's `cgroup.subtree_control`, all in one write. */
  'enable-controllers': {
    readonly mountpoint: string;
    readonly path: string;
    readonly controllers: readonly string[];
  };
}

export type ActionKind = keyof ActionKinds;

/** The kinds that change a cgroup tree directly. */
export type TreeActionKind = 'make-directory' | 'seed-cpuset' | 'enable-controllers';

export type Action<K extends ActionKind = ActionKind> = {
  readonly [P in K]: {
    /** Stable across runs: the kind and the target. */
    readonly id: string;
    readonly action: P;
    /** The file or directory that will change, or the unit that systemd is asked for. */
    readonly target: string;
    readonly why: string;
    /** Would the kubelet refuse to start without it. */
    readonly needed: boolean;
  } & ActionKinds[P];
}[K];

/** Why a refusal was made; decides oneshot's exit status where the kubelet would not start. */
export type RefusalReason =
  | 'read-only'
  | 'not-the-hosts-root'
  | 'holds-processes'
  | 'threaded'
  | 'unit-refused'
  | 'name-escaped';

/** Something that is wanted but that cgprep decided not to touch. */
export interface Refusal {
  readonly target: string;
  readonly why: string;
  readonly reason: RefusalReason;
  readonly needed: boolean;
}

export interface Plan {
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
}

/** `stale`: the host had moved since it was looked at, so nothing was done; look again. */
export type OutcomeWord = 'planned' | 'done' | 'unchanged' | 'failed' | 'stale';

/** What became of one action. */
export interface Outcome {
  readonly action: Action;
  readonly outcome: OutcomeWord;
  readonly error: ActionError | null;
}

/** `permission` and `read-only` → status 77, `temporary` → 75, `unsupported` → 69, `rejected` → 71. */
export interface ActionError {
  readonly kind: 'permission' | 'read-only' | 'temporary' | 'unsupported' | 'rejected';
  /** Names the errno and the cause as far as it is known. */
  readonly message: string;
}
