import { statfsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askMachine } from '../../../src/host/machine.ts';
import { realSyscalls } from '../../../src/host/syscalls.ts';

describe('askMachine', () => {
  it('tells of the machine that the test runs on', async () => {
    const { processors, space } = await askMachine(realSyscalls, '/', { processors: true });
    expect(processors?.model).toMatch(/\w/);
    expect(processors?.cores).toBeGreaterThan(0);
    const { bsize, blocks } = statfsSync('/');
    expect(space?.sizeBytes).toBe(bsize * blocks);
    expect(space?.availableBytes).toBeLessThanOrEqual(bsize * blocks);
  });

  it('runs nothing for what was not asked, and does not fail for a directory that is not there', async () => {
    const told = await askMachine(realSyscalls, '/no/such/directory', { processors: false });
    expect(told).toEqual({ processors: null, space: null });
  });
});
