import { totalmem } from 'node:os';
import { statfsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askMachine } from '../../../src/host/machine.ts';
import { realSyscalls } from '../../../src/host/syscalls.ts';

describe('askMachine', () => {
  it('tells of the machine that the test runs on', async () => {
    const { memory, space } = await askMachine(realSyscalls, '/');
    expect(memory?.totalBytes).toBe(totalmem());
    expect(memory?.availableBytes).toBeGreaterThan(0);
    const { bsize, blocks } = statfsSync('/');
    expect(space?.sizeBytes).toBe(bsize * blocks);
    expect(space?.availableBytes).toBeLessThanOrEqual(bsize * blocks);
  });

  it('does not fail for a directory that is not there', async () => {
    expect((await askMachine(realSyscalls, '/no/such/directory')).space).toBeNull();
  });
});
