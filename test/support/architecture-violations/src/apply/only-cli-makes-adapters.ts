import type { Adapter } from '../host/types.ts';
export const adapter: Adapter = { a: 1 };
