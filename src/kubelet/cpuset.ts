import { goQuote } from './go-quote.ts';

/** More than any kernel has (CONFIG_NR_CPUS is at most 8192); a longer range is counted, not spelled out. */
const MOST = 65_536;

/**
 * A list of processors, `0-3,8`: how many it names, and the last of them (-1 for none).
 * Source: the kubelet's cpuset.Parse (k8s.io/utils/cpuset, before 1.26 pkg/kubelet/cm/cpuset).
 */
export function parseCpuset(
  text: string,
): { readonly size: number; readonly last: number } | { readonly error: string } {
  if (text === '') return { size: 0, last: -1 };
  const members = new Set<number>();
  for (const range of text.split(',')) {
    const dash = range.indexOf('-');
    const ends = dash === -1 ? [range, range] : [range.slice(0, dash), range.slice(dash + 1)];
    const wrong = ends.find((end) => !/^[-+]?\d+$/.test(end));
    if (wrong !== undefined) return { error: `strconv.Atoi: parsing ${goQuote(wrong)}: invalid syntax` };
    const [start = 0, end = 0] = ends.map(Number);
    if (start > end) return { error: `invalid range ${goQuote(range)} (${start} > ${end})` };
    for (let cpu = start; cpu <= Math.min(end, start + MOST); cpu += 1) members.add(cpu);
  }
  return { size: members.size, last: Math.max(...members) };
}
