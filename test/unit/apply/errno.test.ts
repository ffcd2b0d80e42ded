import { describe, expect, it } from 'vitest';
import { explain, hasMoved } from '../../../src/apply/errno.ts';
import type { Action } from '../../../src/model/plan.ts';

const ACTION: Action = {
  id: 'make-directory:/c/k',
  action: 'make-directory',
  target: '/c/k',
  why: 'wanted',
  needed: true,
  mountpoint: '/c',
  path: '/k',
};

describe('explain', () => {
  it.each([
    ['EACCES', 'permission', 'CAP_DAC_OVERRIDE'],
    ['EPERM', 'permission', 'CAP_SYS_NICE'],
    ['EROFS', 'read-only', 'mounted read-only'],
    ['EAGAIN', 'rejected', 'cgroup.max.descendants'],
    ['ENOSPC', 'rejected', 'no cgroup left'],
    ['EBUSY', 'rejected', 'holds processes'],
    ['ENOTSUP', 'rejected', 'threaded'],
    ['EOPNOTSUPP', 'rejected', 'threaded'],
    ['EINVAL', 'rejected', 'does not know'],
    ['ENOTDIR', 'rejected', 'a file or a symbolic link'],
    ['EEXIST', 'rejected', 'a file has this name'],
    ['ELOOP', 'rejected', 'symbolic link'],
    ['ENAMETOOLONG', 'rejected', 'too long'],
    ['EIO', 'temporary', 'input/output'],
    ['ENOMEM', 'temporary', 'memory'],
    ['EMFILE', 'temporary', 'open files'],
    ['NOT_CGROUP', 'unsupported', 'not a cgroup filesystem'],
    ['OTHER_TREE', 'unsupported', 'mounted over'],
    ['NOT_ROOTS', 'rejected', 'does not belong to root'],
    ['NO_PROC', 'unsupported', '/proc'],
    ['EDQUOT', 'rejected', 'the kernel refused'],
  ])('%s is %s: %s', (errno, kind, words) => {
    const error = explain(errno, ACTION);
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/^make-directory \/c\/k: .+ \([A-Z_]+\)$/);
    expect(error.message).toContain(words);
    expect(error.message).toContain(`(${errno})`);
  });
});

describe('hasMoved', () => {
  it.each([
    ['ENOENT', true],
    ['ENODEV', true],
    ['ESTALE', true],
    ['EACCES', false],
    ['EEXIST', false],
    ['EROFS', false],
    ['OTHER_TREE', false],
  ])('%s: %s', (errno, want) => {
    expect(hasMoved(errno)).toBe(want);
  });
});
