import type { MachineFacts } from '../model/inventory.ts';
import { errnoOf } from './syscalls.ts';
import type { Syscalls } from './syscalls.ts';

/** The calls take 20 ms together; an audit does not wait for more than it is worth. */
const TIME_LIMIT_MS = 1000;

/**
 * What the machine adds to its files, by systeminformation: processors through lscpu(1), which knows the names of
 * ARM's too, and memory. Its osInfo() asks the resolver for the host's name without a time limit and its fsSize()
 * runs df(1), which hangs on a dead network mount: the distribution is read from its file, and the one filesystem
 * that matters is asked by statfs(2).
 * @param directory on whose filesystem the space is asked
 */
export async function askMachine(sys: Syscalls, directory: string): Promise<MachineFacts> {
  const { cpu, mem } = await import('systeminformation');
  const [processors, memory] = await Promise.all([inTime(cpu()), inTime(mem())]);
  return {
    processors:
      processors === null
        ? null
        : {
            model: wordOrNull([processors.manufacturer, processors.brand].join(' ').trim()),
            cores: countOrNull(processors.physicalCores),
            sockets: countOrNull(processors.processors),
          },
    memory: memory === null ? null : { totalBytes: memory.total, availableBytes: memory.available },
    space: spaceOf(sys, directory),
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
