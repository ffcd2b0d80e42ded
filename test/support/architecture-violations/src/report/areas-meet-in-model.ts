export type { merge } from '../kubelet/merge.ts';
