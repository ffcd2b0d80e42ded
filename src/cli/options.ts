/** The command line as cli documentation has it: one table for parsing, help, completion and the settings file. */
export type Command = 'audit' | 'oneshot' | 'watch';

export interface Option {
  readonly name: string;
  /** What stands behind it in the help; none for a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly choices?: readonly string[];
  /** Its value is a length of time. */
  readonly duration?: true;
  readonly commands: readonly Command[];
  readonly help: string;
}

const ALL: readonly Command[] = ['audit', 'oneshot', 'watch'];

export const OPTIONS: readonly Option[] = [
  {
    name: 'root',
    value: 'DIR',
    commands: ALL,
    help: "the host's root directory: /host in a container, a captured tree (default /)",
  },
  {
    name: 'kubelet-config',
    value: 'FILE',
    commands: ALL,
    help: "the kubelet's configuration file, inside --root (default: discovered)",
  },
  { name: 'kubelet-config-dir', value: 'DIR', commands: ALL, help: "the kubelet's drop-in directory, inside --root" },
  { name: 'kubelet-args', value: 'ARGS', commands: ALL, help: "the kubelet's command line, which outranks its files" },
  {
    name: 'kubelet-version',
    value: 'X.Y[.Z]',
    commands: ALL,
    help: 'whose rules to judge by (default: what an audit finds, else the newest known)',
  },
  {
    name: 'kube-reserved-cgroup',
    value: 'NAME',
    commands: ALL,
    help: "override the name, spelled as the kubelet's flag",
  },
  {
    name: 'system-reserved-cgroup',
    value: 'NAME',
    commands: ALL,
    help: "override the name, spelled as the kubelet's flag",
  },
  {
    name: 'cgroup-driver',
    value: 'DRIVER',
    choices: ['auto', 'systemd', 'cgroupfs'],
    commands: ALL,
    help: 'override the driver (default auto)',
  },
  { name: 'dry-run', commands: ['oneshot'], help: 'print the plan and touch nothing' },
  {
    name: 'output',
    short: 'o',
    value: 'FORM',
    choices: ['text', 'json', 'yaml'],
    commands: ['audit', 'oneshot'],
    help: 'form of the report (default text)',
  },
  {
    name: 'fail-on',
    value: 'LEVEL',
    choices: ['error', 'warning', 'never'],
    commands: ['audit'],
    help: 'the weakest finding that gives exit status 1 (default error)',
  },
  {
    name: 'resync',
    value: 'TIME',
    duration: true,
    commands: ['watch'],
    help: 'look at everything this often, whatever was noticed in between (default 60s)',
  },
  {
    name: 'record',
    value: 'FILE',
    commands: ['audit', 'watch'],
    help: 'where watch keeps what drifted, for audit to show; inside --root (default /run/cgprep/watch.jsonl)',
  },
  {
    name: 'listen',
    value: 'ADDRESS',
    commands: ['watch'],
    help: 'answer /metrics, /healthz and /readyz at 127.0.0.1:PORT or unix:/PATH (default: nowhere)',
  },
  {
    name: 'textfile',
    value: 'FILE.prom',
    commands: ['watch'],
    help: "keep the metrics in a file for node_exporter's textfile collector (default: none)",
  },
  { name: 'ignore', value: 'CODE[,CODE]', commands: ALL, help: 'findings to show as ignored and not count' },
  {
    name: 'config',
    value: 'FILE',
    commands: ALL,
    help: "cgprep's own settings (default /etc/cgprep/config.yaml if it exists)",
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    commands: ALL,
    help: 'least level to log on standard error (default info)',
  },
  {
    name: 'log-format',
    value: 'FORM',
    choices: ['auto', 'text', 'json', 'journal'],
    commands: ALL,
    help: 'form of the log (default auto)',
  },
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    commands: ALL,
    help: 'colours in the report (default auto; NO_COLOR is honoured)',
  },
];

/** `kube-reserved-cgroup` → `kubeReservedCgroup`, the key of the same option in the settings file. */
export function keyOf(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
