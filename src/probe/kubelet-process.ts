import type { FoundCommand } from '../model/command-line.ts';
import { refused } from '../model/ports.ts';
import type { HostReader } from '../model/ports.ts';

/** TASK_COMM_LEN is 16, proc_pid_comm(5). */
const COMM_LIMIT = 64;

/** A kubelet's command line has some kilobytes; the kernel's own limit is 2 MiB (execve(2)). */
const LIMIT = 2 * 1024 * 1024;

/** More processes than any node runs; beyond it the scan would cost more than it tells. */
const MAX_PROCESSES = 65_536;

/**
 * The command line of the kubelet that runs now; of several the one with the lowest pid.
 * k3s and MicroK8s run the kubelet inside a process of their own, whose command line has not its flags.
 */
export function runningKubelet(reader: HostReader): FoundCommand | null {
  const names = reader.list('/proc');
  if (refused(names)) return null;
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.toSorted((a, b) => a - b).slice(0, MAX_PROCESSES)) {
    const comm = reader.readText(`/proc/${pid}/comm`, COMM_LIMIT);
    if (refused(comm) || comm.text.trim() !== 'kubelet' || isOfAContainer(reader, pid)) continue;
    const words = commandOf(reader, pid);
    // A zombie has no command line any more.
    if (words.length === 0) continue;
    const source = `running kubelet, PID ${pid}`;
    const [program = '', ...rest] = words;
    return {
      words: rest.map((text) => ({ text, source })),
      program: program.startsWith('/') ? program : null,
      directory: `/proc/${pid}/cwd`,
      sources: [source],
      variables: variablesOf(reader, pid),
    };
  }
  return null;
}

function commandOf(reader: HostReader, pid: number): string[] {
  const line = reader.readText(`/proc/${pid}/cmdline`, LIMIT);
  if (refused(line) || line.text === '') return [];
  return line.text.replace(/\0$/, '').split('\0');
}

/** proc_pid_environ(5), which only root and the kubelet's own user may read. */
function variablesOf(reader: HostReader, pid: number): string[] | null {
  const file = reader.readText(`/proc/${pid}/environ`, LIMIT);
  return refused(file) ? null : file.text.split('\0').map((one) => one.split('=', 1)[0] ?? '');
}

/**
 * The kubelet of a node that is a container (kind, k3d) has paths of its own and is none of this host's. Its pid has
 * another number inside: proc_pid_status(5), NSpid. A kubelet in a container that shares the host's pids counts.
 */
function isOfAContainer(reader: HostReader, pid: number): boolean {
  const status = reader.readText(`/proc/${pid}/status`, LIMIT);
  if (refused(status)) return false;
  const pids = /^NSpid:\s*(.*)$/m.exec(status.text)?.[1] ?? '';
  return pids.trim().split(/\s+/).length > 1;
}
