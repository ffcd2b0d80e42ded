import type { OomDaemon, OomFacts, OomProcess } from '../model/oom.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';

/** A name or a number; small, so that Node cuts the buffers from its pool instead of asking for each. */
const LIMIT = 256;
/** More than any node runs; two reads each, 5,000 in about a tenth of a second (`npm run bench:audit`). */
const MOST_PROCESSES = 65_536;
const FIRST = 5;

/** The daemons without which there is no node, by /proc/PID/comm. */
const DAEMONS = ['kubelet', 'containerd', 'crio', 'dockerd'];

/** proc_pid_oom_score(5), proc_pid_oom_score_adj(5): what the kernel itself would go by. */
export function observeOom(reader: HostReader): OomFacts {
  const names = reader.list('/proc');
  const pids = refused(names) ? [] : names.filter((name) => /^\d+$/.test(name)).map(Number);
  const looked = pids.toSorted((a, b) => a - b).slice(0, MOST_PROCESSES);
  const read = (pid: number, file: string): string | null => {
    const found = reader.readText(`/proc/${pid}/${file}`, LIMIT);
    return refused(found) ? null : found.text.trim();
  };
  const daemons: OomDaemon[] = [];
  const scores: { pid: number; name: string; score: number }[] = [];
  for (const pid of looked) {
    const name = read(pid, 'comm');
    if (name === null) continue;
    const score = whole(read(pid, 'oom_score'));
    // Kernel threads and processes that are never chosen have none.
    if (score !== null && score > 0) scores.push({ pid, name, score });
    const scoreAdj = DAEMONS.includes(name) ? whole(read(pid, 'oom_score_adj')) : null;
    if (scoreAdj !== null) daemons.push({ pid, name, scoreAdj });
  }
  const first: OomProcess[] = scores
    .toSorted((a, b) => b.score - a.score || a.pid - b.pid)
    .slice(0, FIRST)
    .map((one) => ({ ...one, scoreAdj: whole(read(one.pid, 'oom_score_adj')) }));
  return { daemons, first, complete: looked.length === pids.length };
}

function whole(text: string | null): number | null {
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}
