/** What the machine is, for the head of an audit; null for what could not be read. Nothing is decided by it. */
export interface Inventory {
  /** PRETTY_NAME of os-release(5). */
  readonly distribution: string | null;
  /** The kernel's release. */
  readonly kernel: string | null;
  readonly memory: { readonly totalBytes: number | null; readonly availableBytes: number | null };
  readonly processors: {
    readonly model: string | null;
    readonly online: number | null;
    readonly cores: number | null;
    readonly sockets: number | null;
  };
  /** The filesystem of the kubelet's root directory: its size is the node's capacity of ephemeral-storage. */
  readonly filesystem: {
    readonly mountpoint: string;
    readonly type: string;
    readonly sizeBytes: number | null;
    readonly availableBytes: number | null;
  } | null;
}

/** What the machine is asked for because its files do not tell it. */
export interface MachineFacts {
  /** null where they were not asked for, or did not answer. */
  readonly processors: Pick<Inventory['processors'], 'model' | 'cores' | 'sockets'> | null;
  /** Of the filesystem on which `directory` is. */
  readonly space: { readonly sizeBytes: number; readonly availableBytes: number } | null;
}
