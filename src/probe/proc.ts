/** The names that the kubelet looks for in the mounts: the second field of /proc/PID/cgroup, cgroups(7). */
export function parseProcCgroup(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split('\n')) {
    const [id, controllers] = line.split(':');
    if (id === undefined || controllers === undefined || controllers === '') continue;
    for (const name of controllers.split(',')) names.add(name);
  }
  return names;
}

/** /proc/cgroups, cgroups(7): `#subsys_name hierarchy num_cgroups enabled`. */
export function parseProcCgroups(text: string): { name: string; enabled: boolean }[] {
  const rows: { name: string; enabled: boolean }[] = [];
  for (const line of text.split('\n')) {
    const [name, , , enabled] = line.split('\t');
    if (name === undefined || name === '' || name.startsWith('#') || enabled === undefined) continue;
    rows.push({ name, enabled: enabled === '1' });
  }
  return rows;
}

/** The words of a one-line file such as `cgroup.controllers` or /proc/cmdline. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
