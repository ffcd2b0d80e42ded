export { pid } from 'node:process';
