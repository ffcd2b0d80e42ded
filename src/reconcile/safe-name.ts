import { CgprepError } from '../errors.ts';

/** kernfs itself has no limit below PATH_MAX; every other filesystem's is 255. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 1024;
const MAX_DEPTH = 16;

/** cgroup-v1/cgroups.rst: files that every v1 cgroup has without a prefix. */
const V1_CORE_FILES = ['tasks', 'notify_on_release', 'release_agent'];

/** Interface files are named CONTROLLER.NAME (cgroup-v2.rst, "Interface Files"). */
const PREFIXES =
  /^(?:cgroup|cpu|cpuacct|cpuset|memory|io|blkio|hugetlb|pids|rdma|misc|dmem|devices|freezer|net_cls|net_prio|perf_event|debug|irq)\./;
const UNIT_SUFFIX = /\.(?:slice|service|scope)$/;

/** Cgroups that belong to somebody else, whatever the configuration says. */
const FOREIGN = ['kubepods', 'kubepods.slice', 'init.scope'];

/** What a name may be made of: systemd's unit names, which every kernel and shell bears too. */
const PLAIN = /^[A-Za-z0-9:_.@\\-]+$/;

/**
 * Refuses a cgroup name that could leave the tree, hide an interface file or hit
 * somebody else's cgroup, before anything is written.
 * @param name as configured; @param path what the driver makes of it
 * @throws CgprepError CGP_CGROUP_NAME
 */
export function assertSafeName(key: string, name: string, path: string, source: string): void {
  const problem = problemWith(name, path);
  if (problem === null) return;
  throw new CgprepError(
    'CGP_CGROUP_NAME',
    `${source}: ${key} ${JSON.stringify(name)} ${problem}`,
    `Name a top-level slice without a hyphen, for example /${key.startsWith('kube') ? 'kube' : 'system'}.slice.`,
  );
}

/** Below a cgroupRoot the pods' cgroup has another path. @throws CgprepError CGP_CGROUP_NAME */
export function assertNotIn(pods: string, key: string, name: string, path: string, source: string): void {
  if (!`${path}/`.startsWith(`${pods}/`)) return;
  throw new CgprepError(
    'CGP_CGROUP_NAME',
    `${source}: ${key} ${JSON.stringify(name)} lies in the cgroup that belongs to the pods, ${pods}`,
    'Name a top-level slice without a hyphen, for example /kube.slice.',
  );
}

/** A `..` in a name that cgprep only looks at would lead it, and the kubelet, out of the tree. @throws CgprepError */
export function assertInside(key: string, name: string, source: string): void {
  if (!name.split('/').includes('..')) return;
  throw new CgprepError(
    'CGP_CGROUP_NAME',
    `${source}: ${key} ${JSON.stringify(name)} has a ".." in it, which leads out of the cgroup tree`,
    'Leave cgroupRoot out: the root cgroup is the default.',
  );
}

function problemWith(name: string, path: string): string | null {
  // The kubelet's check and its write would look at different directories (they clean such a path differently).
  if (name.split('/').includes('..')) return 'has a ".." in it, which leads out of the cgroup tree';
  if (name.split('/').includes('.')) return 'has a "." in it; write it without';
  if (path === '/') return 'means the root cgroup, which holds the whole machine';
  const parts = path.split('/').slice(1);
  const first = parts[0] ?? '';
  if (FOREIGN.includes(first))
    return `lies in ${first}, which belongs to ${first === 'init.scope' ? 'systemd' : 'the pods'}`;
  for (const part of parts) {
    const problem = problemWithPart(part);
    if (problem !== null) return problem;
  }
  if (parts.length > MAX_DEPTH) return `is ${parts.length} levels deep; cgprep makes at most ${MAX_DEPTH}`;
  if (path.length > MAX_PATH_BYTES) return `is ${path.length} bytes long; cgprep makes at most ${MAX_PATH_BYTES}`;
  return null;
}

function problemWithPart(part: string): string | null {
  if (!PLAIN.test(part))
    return `has ${describe(part)} in it; a cgroup is named with letters, digits and : _ . @ \\ - only`;
  if (part.length > MAX_NAME_BYTES) return `has a part of ${part.length} bytes; at most ${MAX_NAME_BYTES} are allowed`;
  if (V1_CORE_FILES.includes(part)) return `has the part "${part}", which is a file of every cgroup`;
  // One such directory makes the kernel refuse the whole controller to every sibling (EEXIST on +controller).
  if (PREFIXES.test(part) && !UNIT_SUFFIX.test(part))
    return `has the part "${part}", a name that the kernel keeps for its own files`;
  return null;
}

function describe(part: string): string {
  const odd = Array.from(part).find((char) => !PLAIN.test(char)) ?? '';
  const named: Record<string, string> = {
    '\0': 'a NUL',
    '\n': 'a newline',
    '\t': 'a tab',
    ' ': 'a space',
    '': 'an empty part',
  };
  return named[odd] ?? `the character ${JSON.stringify(odd)}`;
}
