/** The last element of a path, as Go's path.Base has it. */
function base(value: string): string {
  if (value === '') return '.';
  let rest = value;
  while (rest.endsWith('/')) rest = rest.slice(0, -1);
  if (rest === '') return '/';
  return rest.slice(rest.lastIndexOf('/') + 1);
}

/** The kubelet's own form of a configured name: its components. */
export function internalName(value: string, systemd: boolean): string[] {
  if (value.split('/').includes('..')) throw new RangeError(`".." in ${value}: the contract calls it invalid`);
  if (systemd) {
    let last = base(value);
    if (last.endsWith('.slice')) last = last.slice(0, -'.slice'.length);
    return last.split('-').map((part) => part.replaceAll('_', '-'));
  }
  const rest = value.startsWith('/') ? value.slice(1) : value;
  return rest === '' ? [] : rest.split('/');
}

/** The path in each hierarchy, or the panic in which the kubelet ends. */
export function pathOf(name: readonly string[], systemd: boolean): { path: string } | { panic: string } {
  if (!systemd) {
    let path = '';
    for (const part of name) if (part !== '' && part !== '.') path += `/${part}`;
    return { path: path === '' ? '/' : path };
  }
  if (name.length === 0 || (name.length === 1 && name[0] === '')) return { path: '/' };
  const stem = name.map((part) => part.replaceAll('-', '_')).join('-');
  if (stem === '-') return { path: '/' };
  const parts = stem.split('-');
  if (stem.includes('/') || parts.includes('')) {
    return {
      panic: `error converting cgroup name [[${name.join(' ')}]] to systemd format: invalid slice name: ${stem}.slice`,
    };
  }
  let path = '';
  for (let length = 1; length <= parts.length; length += 1) path += `/${parts.slice(0, length).join('-')}.slice`;
  return { path };
}

/** As Go prints a list of strings with %q. */
export function quoted(name: readonly string[]): string {
  return `[${name.map((part) => JSON.stringify(part)).join(' ')}]`;
}

/** Whether systemd takes the last element of the path for a slice's name (systemd 252, unit-name.c). */
export function isUnitName(path: string): boolean {
  return path !== '/' && path.length < 256 && /^[A-Za-z0-9:_.\\-]+$/.test(base(path));
}
