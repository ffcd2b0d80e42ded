import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../../../src/apply/run.ts';
import { createReader } from '../../../src/host/reader.ts';
import { below, lineage } from '../../../src/model/cgroup.ts';
import type { Hierarchy } from '../../../src/model/cgroup.ts';
import { demandedHierarchies } from '../../../src/model/host.ts';
import type { HostFacts } from '../../../src/model/host.ts';
import type { Outcome, Plan } from '../../../src/model/plan.ts';
import { observeTree } from '../../../src/probe/tree.ts';
import { planFor } from '../../../src/reconcile/plan.ts';
import { memorySyscalls, mountHost } from '../../support/captured-host.ts';
import { fakeDoor } from '../../support/fake-cgroupfs.ts';
import { desiredOf, hostWith, lines, v1, v2, wanted } from '../builders.ts';

/** A host, what is wanted on it, and what somebody has made there before. */
interface World {
  readonly hierarchies: readonly Hierarchy[];
  readonly paths: readonly string[];
  /** Which directories of the wanted lineages are there, in which hierarchy, and whether they were filled. */
  readonly before: readonly { readonly path: string; readonly in: number; readonly fill: boolean }[];
}

const part = fc.constantFrom('a', 'b', 'kube.slice', 'x-y', 'system.slice');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const someV1 = fc
  .subarray(['cpu,cpuacct', 'cpuset', 'memory', 'pids', 'systemd', 'hugetlb', 'blkio'], { minLength: 1 })
  .chain((names) => fc.constantFrom(names, names.length > 1 ? [names.join(',')] : names))
  .map((names) => names.map((name) => v1(name)));
const someV2 = fc
  .subarray(['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids'], { minLength: 1 })
  .map((names) => [v2(names.join(' '))]);
const anyWorld: fc.Arbitrary<World> = fc
  .record({ hierarchies: fc.oneof(someV1, someV2), paths: fc.uniqueArray(path, { minLength: 1, maxLength: 2 }) })
  .chain(({ hierarchies, paths }) =>
    fc.record({
      hierarchies: fc.constant(hierarchies),
      paths: fc.constant(paths),
      before: fc.array(
        fc.record({
          path: fc.constantFrom(...paths.flatMap((one) => lineage(one).slice(1))),
          in: fc.nat(hierarchies.length - 1),
          fill: fc.boolean(),
        }),
        { maxLength: 6 },
      ),
    }),
  );

/** A machine in memory on which a plan can be made and carried out again and again. */
function machine({ hierarchies, paths, before }: World) {
  const files: Record<string, string> = {};
  for (const { mountpoint, type, controllers } of hierarchies) {
    files[`${mountpoint}/cgroup.procs`] = '1\n';
    if (type === 'cgroup2') {
      files[`${mountpoint}/cgroup.controllers`] = `${controllers.join(' ')}\n`;
      files[`${mountpoint}/cgroup.subtree_control`] = '\n';
    } else if (controllers.some((one) => one === 'cpuset')) {
      files[`${mountpoint}/cpuset.cpus`] = '0-7\n';
      files[`${mountpoint}/cpuset.mems`] = '0-1\n';
    }
  }
  const fs = mountHost({ files, dirs: [], links: {} });
  const reader = createReader(memorySyscalls(fs), '/');
  for (const { path: at, in: index, fill } of before) {
    const anchor = hierarchies[index];
    if (anchor === undefined) continue;
    for (const one of lineage(at).slice(1)) fakeDoor(fs, []).makeDirectory(anchor, one);
    if (!fill) continue;
    const door = fakeDoor(fs, []);
    if (anchor.type === 'cgroup2') door.write(anchor, '/', 'cgroup.subtree_control', `+${anchor.controllers[0] ?? ''}`);
    else for (const one of lineage(at)) door.write(anchor, one, 'cpuset.cpus', '1-2');
  }
  const host: HostFacts = hostWith(hierarchies);
  const plan = (): Plan =>
    planFor(host, desiredOf(...paths.map((one) => wanted(one, host))), observeTree(reader, host, paths), null);
  const apply = (refuse?: (call: string) => string | null): { journal: string[]; outcomes: Outcome[] } => {
    const journal: string[] = [];
    const outcomes = run(plan(), { door: fakeDoor(fs, journal, refuse), systemd: null, anchors: hierarchies });
    return { journal, outcomes };
  };
  return { fs, host, plan, apply };
}

describe('a plan that was carried out', () => {
  it('leaves nothing to plan, and every wanted directory is there', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { fs, host, plan, apply } = machine(world);
        const first = plan();
        const { outcomes, journal } = apply();
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(first.actions.map(() => 'done'));
        expect(journal).toHaveLength(first.actions.length);
        expect(lines(plan())).toEqual([]);
        for (const { mountpoint } of demandedHierarchies(host)) {
          for (const one of world.paths) expect(fs.existsSync(below(mountpoint, one))).toBe(true);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('changes only the wanted cgroups and their ancestors, where they are demanded', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { host, apply } = machine(world);
        const ours = demandedHierarchies(host).flatMap(({ mountpoint }) =>
          world.paths.flatMap(lineage).map((one) => below(mountpoint, one)),
        );
        for (const entry of apply().journal) {
          const target = entry.split(' ')[1] ?? '';
          const directory = entry.startsWith('mkdir') ? target : target.slice(0, target.lastIndexOf('/'));
          expect(ours).toContain(directory);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never overwrites a value that somebody gave a cpuset', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { fs, apply } = machine(world);
        const values = (): Record<string, string> =>
          Object.fromEntries(
            Object.entries(contents(fs)).filter(([file, text]) => file.includes('/cpuset.') && text.trim() !== ''),
          );
        const before = values();
        apply();
        expect(values()).toMatchObject(before);
      }),
      { numRuns: 40 },
    );
  });

  it('cut off after any number of steps, is finished by the next run', () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(20), fc.constantFrom('ENOENT', 'EIO', 'EROFS', 'EAGAIN'), (world, steps, errno) => {
        const { plan, apply } = machine(world);
        let left = steps;
        apply(() => (left-- > 0 ? null : errno));
        apply();
        expect(lines(plan())).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});

function contents(fs: ReturnType<typeof mountHost>, directory = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of fs.readdirSync(directory === '' ? '/' : directory) as string[]) {
    const at = `${directory}/${name}`;
    if (fs.statSync(at).isDirectory()) Object.assign(found, contents(fs, at));
    else found[at] = String(fs.readFileSync(at, 'utf8'));
  }
  return found;
}
