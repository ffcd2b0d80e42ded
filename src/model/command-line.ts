/** A kubelet's command line that cgprep found by itself. */
export interface FoundCommand {
  /** The words after the program, and where each stands: `/etc/default/kubelet`, `running kubelet, PID 812`. */
  readonly words: readonly { readonly text: string; readonly source: string }[];
  /** The kubelet's own path, where that is known; it tells which package the kubelet is from. */
  readonly program: string | null;
  /** Against what a relative path on the line is resolved. */
  readonly directory: string;
  /** Every file or process that had a part in it, in the order of reading. */
  readonly sources: readonly string[];
  /** The names of its environment variables; null where they could not be told. */
  readonly variables: readonly string[] | null;
}
