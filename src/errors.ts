/**
 * Every failure that cgprep can name. The table is append-only: scripts and
 * runbooks match on the codes. `status` is a sysexits(3) number, which systemd
 * prints by name; `retryable` says whether the same call may succeed later.
 */
export const ERROR_CODES = {
  CGP_USAGE: { status: 64, retryable: false },
  CGP_NO_CGROUPS: { status: 69, retryable: false },
  CGP_HOST_UNSUPPORTED: { status: 69, retryable: false },
  CGP_INTERNAL: { status: 70, retryable: false },
  CGP_HOST_REJECTED: { status: 71, retryable: false },
  CGP_TEMPORARY: { status: 75, retryable: true },
  CGP_CONFIG_UNSTABLE: { status: 75, retryable: true },
  CGP_PERMISSION: { status: 77, retryable: false },
  CGP_READ_ONLY: { status: 77, retryable: false },
  CGP_KUBELET_CONFIG: { status: 78, retryable: false },
  CGP_KUBELET_ARGS: { status: 78, retryable: false },
  CGP_SETTINGS: { status: 78, retryable: false },
  CGP_CGROUP_NAME: { status: 78, retryable: false },
  CGP_ALREADY_RUNNING: { status: 75, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A failure with a stable code, one line for people, and what to do about it. */
export class CgprepError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  /**
   * @param code the row of ERROR_CODES; decides the exit status
   * @param message one line: the file, the line or key, what was found
   * @param hint one line: what to do
   */
  constructor(code: ErrorCode, message: string, hint: string) {
    super(oneLine(message));
    this.name = 'CgprepError';
    this.code = code;
    this.hint = hint;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** What was found in a file may hold line ends and terminal escapes; they are shown, not obeyed. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    return short ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
