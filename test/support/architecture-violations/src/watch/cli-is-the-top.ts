export { pid } from '../cli/ok.ts';
