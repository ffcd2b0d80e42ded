import '../host/heavy-packages-only-dynamic.ts';
import '../host/network-only-in-one-file.ts';
import '../host/process-only-at-the-top.ts';
export { inventory } from '../host/ok.ts';
export { pid } from 'node:process';
