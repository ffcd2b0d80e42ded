import { describe, expect, it } from 'vitest';
import { observeOom } from '../../../src/probe/oom.ts';
import { readerOf } from '../builders.ts';

function processes(
  all: readonly (readonly [pid: number, comm: string, score: string, adj: string])[],
): Record<string, string> {
  return Object.fromEntries(
    all.flatMap(([pid, comm, score, adj]) => [
      [`/proc/${pid}/comm`, `${comm}\n`],
      [`/proc/${pid}/oom_score`, `${score}\n`],
      [`/proc/${pid}/oom_score_adj`, `${adj}\n`],
    ]),
  );
}

describe('observeOom', () => {
  it('finds the daemons, and who would be killed first', () => {
    const files = {
      ...processes([
        [1, 'systemd', '666', '0'],
        [2, 'kthreadd', '0', '0'],
        [30, 'kubelet', '1', '-999'],
        [9, 'containerd', '2', '-500'],
        [40, 'containerd-shim', '3', '-998'],
        [100, 'java', '1334', '1000'],
        [101, 'nginx', '1334', '999'],
        [102, 'etcd', '700', 'x'],
      ]),
      '/proc/200/comm': 'gone\n',
      '/proc/meminfo': '',
    };
    const { daemons, first, complete } = observeOom(readerOf({ files }));
    expect(daemons).toEqual([
      { pid: 9, name: 'containerd', scoreAdj: -500 },
      { pid: 30, name: 'kubelet', scoreAdj: -999 },
    ]);
    expect(first.map(({ name, score, scoreAdj }) => [name, score, scoreAdj])).toEqual([
      ['java', 1334, 1000],
      ['nginx', 1334, 999],
      ['etcd', 700, null],
      ['systemd', 666, 0],
      ['containerd-shim', 3, -998],
    ]);
    expect(complete).toBe(true);
  });

  it('looks at so many processes and no more', () => {
    let reads = 0;
    const reader = {
      ...readerOf({}),
      list: () => Array.from({ length: 65_537 }, (_, at) => String(at + 1)),
      readText: () => {
        reads += 1;
        return { errno: 'ENOENT' };
      },
    };
    expect(observeOom(reader)).toEqual({ daemons: [], first: [], complete: false });
    expect(reads).toBe(65_536);
  });

  it('where /proc cannot be listed there is nothing', () => {
    expect(observeOom(readerOf({}))).toEqual({ daemons: [], first: [], complete: true });
  });
});
