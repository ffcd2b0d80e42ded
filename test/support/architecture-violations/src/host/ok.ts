import type { Logger } from 'pino';
export { readFileSync } from 'node:fs';
export { spawn } from 'node:child_process';
export type Log = Logger;
export const logger = async (): Promise<unknown> => import('pino');
