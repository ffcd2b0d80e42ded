import type { Case, KubeletRefusal } from './case.ts';
import { rulesFor } from './versions.ts';

/**
 * 1.28 and 1.29 take --config-dir only with a variable in their environment, whatever its value (server.go,
 * NewKubeletCommand; before the configuration is validated). Where the environment is not known, nothing is said.
 */
export function dropInVariableRefusal({ config: { dropIns, version } }: Case): KubeletRefusal | null {
  const { dropInEnvironment: variable } = rulesFor(version.value);
  if (variable === null || dropIns === undefined || dropIns.variables.includes(variable)) return null;
  return {
    rule: 'drop-in-variable',
    message: `flag ${dropIns.directory} specified but environment variable ${variable} not set, cannot start kubelet`,
  };
}
