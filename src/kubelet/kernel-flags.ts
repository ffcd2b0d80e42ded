import type { KubeletConfig } from '../model/kubelet.ts';
import type { Case, KubeletRefusal } from './case.ts';

/** What the kubelet sets the kernel to. Source: component-helpers/node/util/sysctl, 1.20 to 1.36. */
const WANTED: Readonly<Record<string, number>> = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

/** The files below /proc/sys that decide: those that a kubelet with protectKernelDefaults does not write, but demands. */
export function kernelFlagsOf({ protectKernelDefaults }: KubeletConfig): readonly string[] {
  return protectKernelDefaults.value ? Object.keys(WANTED) : [];
}

/** setupKernelTunables of container_manager_linux.go: all that differ at once, in the order of a Go map, which is random. */
export function kernelFlagsRefusal({ config, resources }: Case): KubeletRefusal | null {
  const texts = kernelFlagsOf(config).flatMap((flag) => {
    const found = resources.kernelFlags[flag];
    const wanted = WANTED[flag];
    if (found === undefined || found === wanted) return [];
    return [`invalid kernel flag: ${flag}, expected value: ${wanted}, actual value: ${found}`];
  });
  const [first] = texts;
  if (first === undefined) return null;
  return { rule: 'kernel-flags', message: texts.length === 1 ? first : `[${texts.join(', ')}]` };
}
