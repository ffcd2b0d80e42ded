import { demandedHierarchies, demandedIn } from '../model/host.ts';
import type { HostFacts } from '../model/host.ts';
import { isSlicePath, translate, translateRoot } from '../kubelet/names.ts';
import { writesCpuset } from '../kubelet/verdict.ts';
import type { CgroupDriver } from '../model/cgroup.ts';
import type { DesiredCgroup, DesiredState, NamePanic } from '../model/desired.ts';
import type { KubeletConfig, Role, Sourced } from '../model/kubelet.ts';
import { assertInside, assertNotIn, assertSafeName } from './safe-name.ts';

/**
 * Works out which cgroups the kubelet will demand on this host.
 * A role without a name is none of ours: where it is enforced all the same, the
 * kubelet refuses its own configuration, and the verdict says so.
 * @throws CgprepError CGP_CGROUP_NAME for a name that must not be made
 */
export function desire(config: KubeletConfig, host: HostFacts, override: 'auto' | CgroupDriver): DesiredState {
  const driver = driverOf(config, override);
  const root = rootOf(config, driver.value);
  const pods = root === null ? null : translateRoot(`${root.name}/kubepods`, driver.value);
  const cgroups: DesiredCgroup[] = [];
  const panics: NamePanic[] = [];
  // The kubelet's own order: system first (container_manager_linux.go, 1.20 to 1.36).
  for (const role of ['system-reserved', 'kube-reserved'] as const) {
    const { value: name, source } = nameOf(config, role);
    const enforced = isEnforced(config, role);
    if (name === '') continue;
    const translation = translate(name, driver.value);
    if ('panic' in translation) {
      panics.push({ role, name, source, enforced, panic: translation.panic });
      continue;
    }
    const { components, path } = translation;
    assertSafeName(keyOf(role), name, path, source);
    if (pods !== null && 'path' in pods) assertNotIn(pods.path, keyOf(role), name, path, source);
    const unit = driver.value === 'systemd' ? translation.unit : unitOfPath(path, host);
    cgroups.push({ role, name, source, components, path, unit, enforced, controllers: controllersOn(host) });
  }
  return { driver, root, cgroups, panics, writesCpuset: writesCpuset(config) };
}

/** The kubelet looks at its cgroupRoot only where it makes cgroups for QoS classes, and `/` is always there. */
function rootOf({ cgroupRoot, cgroupsPerQOS }: KubeletConfig, driver: CgroupDriver): DesiredState['root'] {
  const { value: name, source } = cgroupRoot;
  if (!cgroupsPerQOS.value) return null;
  assertInside('cgroupRoot', name, source);
  const translation = translateRoot(name, driver);
  if ('panic' in translation) return { name, source, panic: translation.panic };
  const { components, path } = translation;
  return path === '/' || path === '/.' ? null : { name, source, components, path };
}

/** Exactly `systemd` is the systemd driver; everything else, typing errors too, behaves as cgroupfs; the kubelet validates no driver name. */
function driverOf(config: KubeletConfig, override: 'auto' | CgroupDriver): Sourced<CgroupDriver> {
  if (override !== 'auto') return { value: override, source: '--cgroup-driver' };
  const { value, source } = config.cgroupDriver;
  return { value: value === 'systemd' ? 'systemd' : 'cgroupfs', source };
}

function nameOf(config: KubeletConfig, role: Role): Sourced<string> {
  return role === 'kube-reserved' ? config.kubeReservedCgroup : config.systemReservedCgroup;
}

/** The configuration key that names the cgroup of a role. */
function keyOf(role: Role): 'kubeReservedCgroup' | 'systemReservedCgroup' {
  return role === 'kube-reserved' ? 'kubeReservedCgroup' : 'systemReservedCgroup';
}

function isEnforced(config: KubeletConfig, role: Role): boolean {
  const keys = config.enforceNodeAllocatable.value;
  return keys.includes(role) || keys.includes(`${role}-compressible`);
}

/** With the cgroupfs driver a path is systemd's only if systemd would put a slice exactly there. */
function unitOfPath(path: string, host: HostFacts): string | null {
  if (host.systemd === null || !isSlicePath(path)) return null;
  return path.slice(path.lastIndexOf('/') + 1);
}

function controllersOn(host: HostFacts): string[] {
  return demandedHierarchies(host).flatMap(demandedIn);
}
