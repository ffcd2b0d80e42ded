import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CapturedHost } from './captured-host.ts';

const FOLDER = join(import.meta.dirname, '..', 'real-kubelets');

/** What a real kubelet said on a real host, and what that host looked like just before. */
export interface RealCase {
  readonly host: CapturedHost;
  readonly config: string;
  readonly kubelet: string;
  readonly starts: boolean;
  readonly message: string | null;
}

/** Every one of test/real-kubelets, by the name of its file. */
export const REAL_CASES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as RealCase] as const);
