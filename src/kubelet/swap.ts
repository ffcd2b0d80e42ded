import type { Case, KubeletRefusal } from './case.ts';
import { rulesFor } from './versions.ts';

/** NewContainerManager of container_manager_linux.go: failSwapOn, and any line in /proc/swaps but its heading. */
export function swapRefusal({ config, resources: { swaps } }: Case): KubeletRefusal | null {
  // Nobody said that failSwapOn is left to its default where no configuration was found.
  if (!config.failSwapOn.value || swaps.length < 2 || !config.found) return null;
  const text = rulesFor(config.version.value).swapsQuoted
    ? `please disable swap! or set --fail-swap-on flag to false. /proc/swaps contained: [${swaps.join(' ')}]`
    : 'please disable swap or set --fail-swap-on flag to false';
  return { rule: 'swap-on', message: `running with swap on is not supported, ${text}` };
}
