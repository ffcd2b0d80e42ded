import { keyOf, OPTIONS } from '../../src/cli/options.ts';
import type { Option } from '../../src/cli/options.ts';

/** A key of the settings file. */
export interface Setting {
  readonly key: string;
  /** What stands behind it, as in the help of an option. */
  readonly value: string;
  /** The option of the same meaning; null for a key that the file alone has. */
  readonly option: string | null;
  readonly help: string;
  /** A value, as YAML. */
  readonly example: string;
}

/** What the example file shows for a key without choices; the test parses them all. */
const EXAMPLES: Readonly<Record<string, string>> = {
  root: '/',
  'kubelet-config': '/var/lib/kubelet/config.yaml',
  'kubelet-config-dir': '/etc/kubernetes/kubelet.conf.d',
  'kubelet-args': "'--config=/var/lib/kubelet/config.yaml'",
  'kubelet-version': "'1.36'",
  'kube-reserved-cgroup': '/kube.slice',
  'system-reserved-cgroup': '/system.slice',
  ignore: '[cgroup-missing]',
  resync: '60s',
  record: '/run/cgprep/watch.jsonl',
  listen: '127.0.0.1:9723',
  textfile: '/var/lib/node_exporter/cgprep.prom',
};

/** What nobody needs on a command line. */
const FILE_ONLY: readonly Setting[] = [
  {
    key: 'backOffAfter',
    value: 'NUMBER',
    option: null,
    help: 'how often watch repairs the same drift within backOffWithin before it waits longer each time',
    example: '1000',
  },
  {
    key: 'backOffWithin',
    value: 'TIME',
    option: null,
    help: 'the time for backOffAfter',
    example: '10m',
  },
];

/** All keys: the options, but for the one that names the file, and what the file alone has. */
export const SETTINGS: readonly Setting[] = [
  ...OPTIONS.filter(({ name }) => name !== 'config').map((option) => ({
    key: keyOf(option.name),
    value: option.value ?? 'true',
    option: option.name,
    help: helpOf(option),
    example: exampleOf(option),
  })),
  ...FILE_ONLY,
];

/** /etc/cgprep/config.yaml as it is installed: all keys, none set. An empty file is no settings. */
export function exampleSettings(): string {
  const keys = SETTINGS.map(({ key, help, example }) => `\n# ${help}\n#${key}: ${example}\n`);
  return `# cgprep's settings, see cgprep.yaml(5): the options of the command line, which outranks them, in camelCase.
# Nothing is set here. What stands behind the names is an example.
${keys.join('')}`;
}

/** The help, with the choices. */
export function helpOf({ help, choices }: Option): string {
  const list = choices === undefined ? '' : `: ${choices.join(', ')}`;
  return help.replace(/ \(default|$/, (tail) => `${list}${tail}`);
}

/** A value for the key, as YAML. */
function exampleOf({ name, choices, value }: Option): string {
  const example = EXAMPLES[name] ?? choices?.[0] ?? (value === undefined ? 'true' : undefined);
  if (example === undefined) throw new Error(`build/share/settings.ts has no example for the option --${name}`);
  return example;
}
