import { evicted, processors, quantity, whole } from './amounts.ts';
import type { Start } from './host.ts';

const MAY_BE_RESERVED = ['cpu', 'memory', 'ephemeral-storage', 'pid'];

/** What is wrong with the two maps; the file's map is named by its flag. */
export function unreadable({ minor, config }: Start): string | null {
  for (const [flag, map] of [
    ['--kube-reserved', config.kubeReserved],
    ['--system-reserved', config.systemReserved],
  ] as const) {
    const wrapper = minor >= 27 ? `${flag} value failed to parse: ` : '';
    for (const [key, text] of Object.entries(map ?? {})) {
      if (!MAY_BE_RESERVED.includes(key)) return `${wrapper}cannot reserve ${JSON.stringify(key)} resource`;
      const value = quantity(text);
      if (value === null) {
        const inner = minor >= 27 ? `failed to parse quantity ${JSON.stringify(text)} for "${key}" resource: ` : '';
        return `${wrapper}${inner}…`;
      }
      if (value < 0) return `${wrapper}resource quantity for "${key}" cannot be negative: ${text}`;
    }
  }
  return null;
}

function sum(resource: string, ...maps: (Readonly<Record<string, string>> | undefined)[]): number {
  let total = 0;
  for (const map of maps) total += quantity(map?.[resource] ?? '0') ?? 0;
  return total;
}

function cpuOver({ files, config: { systemReserved, kubeReserved, reservedSystemCPUs = '' } }: Start): boolean {
  const cores = processors((files.text('/sys/devices/system/cpu/online') ?? '').trim()) ?? 0;
  const reserved =
    reservedSystemCPUs === '' ? sum('cpu', systemReserved, kubeReserved) : (processors(reservedSystemCPUs) ?? 0);
  return cores > 0 && whole(reserved * 1000) > cores * 1000;
}

function memoryOver({ files, config: { systemReserved, kubeReserved, evictionHard } }: Start): boolean {
  const memory = Number(/^MemTotal: *([0-9]+) kB/m.exec(files.text('/proc/meminfo') ?? '')?.[1] ?? 0) * 1024;
  return memory > 0 && sum('memory', systemReserved, kubeReserved) + evicted(evictionHard, memory) > memory;
}

/** Whether more is reserved than there is. The kubelet prints raw Go values, so the figures stay open. */
export function overReserved(start: Start): string | null {
  const over: string[] = [];
  if (cpuOver(start)) over.push('cpu');
  if (memoryOver(start)) over.push('memory');
  if (over.length === 0) return null;
  const texts = over.map((resource) =>
    start.minor >= 30
      ? `Resource "${resource}" has a reservation of … but capacity of …. Expected capacity >= reservation.`
      : `Resource "${resource}" has an allocatable of …, capacity of …`,
  );
  return `invalid Node Allocatable configuration. ${texts.join(' ')}`;
}

/** Swap is not wanted unless the configuration says so. */
export function swapOn({ files, minor, config }: Start): string | null {
  if (config.failSwapOn === false) return null;
  const lines = (files.text('/proc/swaps') ?? '').split('\n').filter((line) => line.trim() !== '');
  if (lines.length <= 1) return null;
  return minor >= 31
    ? 'running with swap on is not supported, please disable swap or set --fail-swap-on flag to false'
    : 'running with swap on is not supported, please disable swap! or set --fail-swap-on flag to false. /proc/swaps contained: …';
}
