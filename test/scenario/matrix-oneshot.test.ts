import fc from 'fast-check';
import type { IFs } from 'memfs';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { generatedHost } from '../support/generated-host.ts';
import { fileOf } from '../support/matrix.ts';
import type { Square } from '../support/matrix.ts';
import { placeOf } from '../support/matrix-core.ts';
import { soundSquares, squares } from '../support/matrix-wide.ts';
import { memoryHost } from '../support/memory-environment.ts';
import type { Files } from '../support/naive-kubelet/host.ts';
import { naiveKubelet } from '../support/naive-kubelet/kubelet.ts';
import { isUnitName } from '../support/naive-kubelet/names.ts';
import { sameAnswer } from '../support/same-answer.ts';

const SEED = 20_261_125;
const RUNS = 400;

function filesOf(fs: IFs): Files {
  return {
    exists: (path) => fs.existsSync(path),
    text: (path) => (fs.existsSync(path) && fs.statSync(path).isFile() ? String(fs.readFileSync(path, 'utf8')) : null),
    names: (path) => (fs.existsSync(path) ? (fs.readdirSync(path) as string[]) : []),
  };
}

function directories(fs: IFs, at = '/'): string[] {
  return (fs.readdirSync(at) as string[]).flatMap((name) => {
    const path = `${at === '/' ? '' : at}/${name}`;
    return fs.statSync(path).isDirectory() ? [path, ...directories(fs, path)] : [];
  });
}

/** Is a directory one that the names ask for, or the empty slice with which systemd is kept from taking controllers away. */
function isAskedFor(directory: string, { config }: Square): boolean {
  if (/\bcgprep\.slice$/.test(directory)) return true;
  return [config.kubeReservedCgroup, config.systemReservedCgroup].some((name) => {
    const place = placeOf(name ?? '', config.cgroupDriver ?? '');
    if (place === null) return false;
    const parts = place.split('/').slice(1);
    return parts.some((_, index) => directory.endsWith(`/${parts.slice(0, index + 1).join('/')}`));
  });
}

/** What cgprep is there for; where it cannot, it says so in `refusals`. */
const LEFT_UNDONE = /missing (?:paths|controllers)|does not exist|could not read controllers|permission denied/;

/** A slice that is not running is systemd's to make, but for the hierarchies that systemd does not manage. */
function isSystemdsWork(line: string, { machine }: Square): boolean {
  const tree = machine.mode === 'unified' ? '()' : '/([^/]+)';
  const [, hierarchy, path] = new RegExp(`^mkdir /sys/fs/cgroup${tree}(/.*)$`).exec(line) ?? [];
  if (!machine.systemd || path === undefined || /cpuset|hugetlb/.test(hierarchy ?? '')) return false;
  // systemd's own /cpu.slice is in /_cpu.slice; /system.slice is always running.
  return path !== '/cpu.slice' && path !== '/system.slice' && path === placeOf(path, 'systemd') && isUnitName(path);
}

async function afterOneshot(
  square: Square,
): Promise<{ readonly wrong: string[]; readonly ready: boolean; readonly changed: boolean }> {
  const { machine, minor, config } = square;
  const { fs, journal, run } = memoryHost(generatedHost(machine), fileOf(config));
  const before = directories(fs);
  const argv = ['oneshot', '-o', 'json', '--kubelet-version', `1.${minor}`];
  const first = await run(...argv);
  const wrong: string[] = [];
  const after = directories(fs);
  for (const path of before) if (!after.includes(path)) wrong.push(`${path} is gone`);
  for (const path of after)
    if (!before.includes(path) && !isAskedFor(path, square)) wrong.push(`nobody asked for ${path}`);
  // No report: cgprep declined the configuration.
  if (first.status === 78)
    return {
      wrong: after.length === before.length ? wrong : [...wrong, 'made, and then declined'],
      ready: false,
      changed: false,
    };
  if (first.stdout === '') return { wrong: [`status ${first.status}: ${first.stderr}`], ready: false, changed: false };
  const { verdict, refusals } = JSON.parse(first.stdout) as Report;
  const naive = naiveKubelet({ files: filesOf(fs), minor, config });
  const said = { starts: verdict.kubeletStarts, message: verdict.message };
  if (!sameAnswer(naive, said)) wrong.push(`naive ${JSON.stringify(naive)}`, `cgprep ${JSON.stringify(said)}`);
  if ((first.status === 0) !== said.starts) wrong.push(`status ${first.status}`);
  if (refusals.length === 0 && LEFT_UNDONE.test(said.message ?? '')) wrong.push(`left undone: ${said.message}`);
  wrong.push(...journal.filter((line) => isSystemdsWork(line, square)).map((line) => `not ours: ${line}`));
  const changes = journal.length;
  const second = JSON.parse((await run(...argv)).stdout) as Report;
  wrong.push(...journal.slice(changes).map((line) => `again: ${line}`));
  wrong.push(...second.plan.map(({ id, outcome }) => `planned again: ${id}, ${outcome}`));
  return { wrong, ready: said.starts, changed: changes > 0 };
}

/** In memory two mounts of one hierarchy are two trees. */
const onOneTree = fc
  .oneof(squares, soundSquares)
  .map((square): Square => ({ ...square, machine: { ...square.machine, secondMemory: 'none' } }));

describe(`after oneshot, seed ${SEED}`, () => {
  it('what the naive kubelet says of the tree is in the report; what can be done is, by whom it is to be, once; nothing is gone or made unasked', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(onOneTree, async (square) => {
        const { wrong, ready, changed } = await afterOneshot(square);
        if (ready && changed) made += 1;
        if (wrong.length > 0) throw new Error(`\n${wrong.join('\n')}\n${JSON.stringify(square, null, 1)}`);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(made).toBeGreaterThan(RUNS / 10);
  });
});
