/** How the kernel would choose when memory runs out; looked at in an audit only. */
export interface OomFacts {
  /** Daemons of the node that run, and what protects them. */
  readonly daemons: readonly OomDaemon[];
  /** The processes that the kernel would kill first, by its own score, the first first. */
  readonly first: readonly OomProcess[];
  /** Were all processes looked at; there is a bound. */
  readonly complete: boolean;
}

export interface OomProcess {
  readonly pid: number;
  readonly name: string;
  readonly score: number;
  readonly scoreAdj: number | null;
}

export interface OomDaemon {
  readonly pid: number;
  readonly name: string;
  readonly scoreAdj: number;
}
