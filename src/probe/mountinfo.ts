/** One line of /proc/PID/mountinfo, proc_pid_mountinfo(5), escapes decoded. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** `major:minor` of st_dev. */
  readonly device: string;
  /** The directory of the filesystem that is mounted. */
  readonly root: string;
  readonly mountpoint: string;
  readonly options: readonly string[];
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/**
 * Reads the text of a mountinfo file. A line that does not have the documented
 * form is left out: a torn line must not take the others with it.
 */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const mount = parseLine(line);
    if (mount !== null) mounts.push(mount);
  }
  return mounts;
}

function parseLine(line: string): Mount | null {
  const fields = line.split(' ');
  // Any number of optional fields stands between the sixth and a lone hyphen.
  const hyphen = fields.indexOf('-', 6);
  if (hyphen === -1) return null;
  const [id, parent, device, root, mountpoint, options] = fields;
  const [fsType, source, superOptions] = fields.slice(hyphen + 1);
  if (!isNumber(id) || !isNumber(parent) || device === undefined || !/^\d+:\d+$/.test(device)) return null;
  if (root === undefined || !mountpoint?.startsWith('/') || options === undefined) return null;
  if (fsType === undefined || fsType === '' || source === undefined) return null;
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescape(root),
    mountpoint: unescape(mountpoint),
    options: options.split(','),
    fsType,
    source: unescape(source),
    superOptions: superOptions === undefined ? [] : superOptions.split(','),
  };
}

function isNumber(field: string | undefined): field is string {
  return field !== undefined && /^\d+$/.test(field);
}

/** The kernel writes space, tab, newline, backslash and `#` as three octal digits (fs/proc_namespace.c, mangle()). */
function unescape(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
