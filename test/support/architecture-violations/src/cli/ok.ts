import '../host/heavy-packages-only-dynamic.ts';
import '../host/process-only-at-the-top.ts';
export { inventory } from '../host/ok.ts';
export { pid } from 'node:process';
