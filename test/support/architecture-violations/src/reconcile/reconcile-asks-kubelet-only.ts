export { merge } from '../kubelet/merge.ts';
