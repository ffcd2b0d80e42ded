import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSlicePath,
  systemdAcceptsUnitName,
  systemdEscapesDirectory,
  systemdPath,
} from '../../../src/kubelet/names.ts';

describe('systemdPath', () => {
  it.each([
    ['a-b-c.slice', '/a.slice/a-b.slice/a-b-c.slice'],
    ['kube.slice', '/kube.slice'],
    ['-.slice', '/'],
    ['kube.slice.slice', '/kube.slice.slice'],
    ['.slice', null],
    ['kube', null],
    ['kube.scope', null],
    ['a/b.slice', null],
    ['-a.slice', null],
    ['a-.slice', null],
    ['a--b.slice', null],
  ])('%j → %j', (unit, path) => {
    expect(systemdPath(unit)).toBe(path);
  });
});

describe('isSlicePath', () => {
  it.each([
    ['/kube.slice', true],
    ['/a.slice/a-b.slice', true],
    ['/a.slice/a-b.slice/a-b-c.slice', true],
    ['/a.slice/b.slice', false],
    ['/a-b.slice', false],
    ['/kube', false],
    ['/system.slice/kubelet.service', false],
    ['/', false],
    ['/-.slice', false],
    ['/kübe.slice', false],
    ['/a@b.slice', false],
    ['/cpu.slice', false],
    ['/memory.slice/memory-a.slice', false],
    ['/_a.slice', false],
  ])('%j: %j', (path, answer) => {
    expect(isSlicePath(path)).toBe(answer);
  });
});

describe('systemdAcceptsUnitName', () => {
  it.each([
    ['kube.slice', true],
    ['kube-reserved.slice', true],
    ['a\\x2db.slice', true],
    ['A:b_c.d.slice', true],
    ['-.slice', true],
    [`${'k'.repeat(249)}.slice`, true],
    [`${'k'.repeat(250)}.slice`, false],
    ['kübe.slice', false],
    ['kube reserved.slice', false],
    ['a@b.slice', false],
    ['*.slice', false],
    ['kube\n.slice', false],
    ['a--b.slice', false],
    ['kube.service', false],
    ['', false],
  ])('%j: %j', (unit, answer) => {
    expect(systemdAcceptsUnitName(unit)).toBe(answer);
  });

  it('takes nothing that has no place in the tree', () => {
    fc.assert(fc.property(fc.string(), (unit) => !systemdAcceptsUnitName(unit) || systemdPath(unit) !== null));
  });
});

describe('systemdEscapesDirectory', () => {
  it.each([
    '_a.slice',
    '.a.slice',
    'tasks',
    'release_agent',
    'notify_on_release',
    'cgroup.slice',
    'cpu.slice',
    'cpuacct.slice',
    'cpuset.slice',
    'io.slice',
    'blkio.slice',
    'memory.slice',
    'devices.slice',
    'pids.slice',
    'bpf-firewall.slice',
  ])('%s is put into _%s', (unit) => {
    expect(systemdEscapesDirectory(unit)).toBe(true);
  });

  it.each(['kube.slice', 'cpus.slice', 'hugetlb.slice', 'tasks.slice', 'kube-cpu.slice', 'a_b.slice'])(
    '%s stays',
    (unit) => {
      expect(systemdEscapesDirectory(unit)).toBe(false);
    },
  );
});
