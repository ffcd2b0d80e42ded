import type { MachineFacts } from '../model/inventory.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** It takes 20 ms; an audit does not wait for more than it is worth. */
const TIME_LIMIT_MS = 1000;

/**
 * What the machine adds to its files: the size of one filesystem, by statfs(2), and the processors where
 * /proc/cpuinfo does not name them (ARM has numbers there, which lscpu(1) knows), by systeminformation.
 * That runs half a dozen programs, so it is asked for nothing that a file tells. Nor is its fsSize(), which runs df(1),
 * which hangs on a dead network mount, or its osInfo(), which asks the resolver for the host's name.
 * @param directory on whose filesystem the space is asked
 */
export async function askMachine(
  sys: Syscalls,
  directory: string,
  { processors }: { readonly processors: boolean },
): Promise<MachineFacts> {
  return { processors: processors ? await askProcessors() : null, space: spaceOf(sys, directory) };
}

async function askProcessors(): Promise<MachineFacts['processors']> {
  const { cpu } = await import('systeminformation');
  const found = await inTime(cpu());
  if (found === null) return null;
  return {
    model: wordOrNull([found.manufacturer, found.brand].join(' ').trim()),
    cores: countOrNull(found.physicalCores),
    sockets: countOrNull(found.processors),
  };
}

/** null when it fails or takes too long: an audit without its inventory is still an audit. */
async function inTime<T>(promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([promise.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

function spaceOf(sys: Syscalls, directory: string): MachineFacts['space'] {
  try {
    const { bsize, blocks, bavail } = sys.statfs(directory);
    return { sizeBytes: blocks * bsize, availableBytes: bavail * bsize };
  } catch (error) {
    errnoOf(error);
    return null;
  }
}

function wordOrNull(word: string): string | null {
  return word === '' ? null : word;
}

function countOrNull(count: number): number | null {
  return Number.isSafeInteger(count) && count > 0 ? count : null;
}
