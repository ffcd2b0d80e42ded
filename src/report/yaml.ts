import { stringify } from 'yaml';

/** Any published value as one YAML document. */
export function renderYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
