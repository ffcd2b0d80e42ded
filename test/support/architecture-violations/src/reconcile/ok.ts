export { name } from '../kubelet/names.ts';
