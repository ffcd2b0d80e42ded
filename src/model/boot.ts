/** In what order systemd would start what prepares the cgroups and the kubelet, as its unit files have it. */
export interface BootFacts {
  /** The unit that the kubelet runs in; null where there is none, so that nothing can be said. */
  readonly kubelet: { readonly unit: string; readonly file: string } | null;
  /** What the kubelet's own start runs before it, as far as it makes cgroups: the file that says so. */
  readonly startPre: { readonly file: string; readonly runs: 'cgprep' | 'mkdir' } | null;
  /** Those of cgprep's units that prepare the host and are installed. */
  readonly services: readonly {
    readonly unit: string;
    readonly file: string;
    /** Its place beside the kubelet's unit; `unordered` is side by side. */
    readonly order: 'before' | 'after' | 'unordered';
    /** The units that pull it in; none means that nothing starts it. */
    readonly wantedBy: readonly string[];
  }[];
  /** Slices that systemd starts only after the kubelet. */
  readonly lateSlices: readonly { readonly unit: string; readonly file: string }[];
  /** Slices that some unit pulls in at boot. */
  readonly enabledSlices: readonly string[];
}
