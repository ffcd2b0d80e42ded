import { keyOf, OPTIONS } from '../../src/cli/options.ts';
import type { Option } from '../../src/cli/options.ts';

/** The options that are keys of the settings file: all but the one that names it. */
export const SETTINGS: readonly Option[] = OPTIONS.filter(({ name }) => name !== 'config');

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
};

/** /etc/cgprep/config.yaml as it is installed: all keys, none set. An empty file is no settings. */
export function exampleSettings(): string {
  const keys = SETTINGS.map((option) => `\n# ${helpOf(option)}\n#${keyOf(option.name)}: ${exampleOf(option)}\n`);
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
export function exampleOf({ name, choices, value }: Option): string {
  const example = EXAMPLES[name] ?? choices?.[0] ?? (value === undefined ? 'true' : undefined);
  if (example === undefined) throw new Error(`build/share/settings.ts has no example for the option --${name}`);
  return example;
}
