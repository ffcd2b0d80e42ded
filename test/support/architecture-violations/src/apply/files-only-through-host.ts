export { mkdir } from 'node:fs/promises';
