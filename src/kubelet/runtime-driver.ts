import type { KubeletConfig, KubeletVersion } from '../model/kubelet.ts';
import type { RuntimeFacts } from '../model/runtime.ts';
import { isAvailable, rulesFor } from './versions.ts';

const GATE = 'KubeletCgroupDriverFromCRI';

/**
 * Where this kubelet finds its runtime. Until 1.23 the default is the dockershim built into it, then containerd.
 * Source: cmd/kubelet/app/options/options.go; from 1.27 v1beta1/defaults.go.
 */
export function runtimeEndpoint({ containerRuntimeEndpoint, version }: KubeletConfig): string {
  if (containerRuntimeEndpoint.value !== '') return containerRuntimeEndpoint.value;
  return version.value.minor < 24 ? 'unix:///var/run/dockershim.sock' : 'unix:///run/containerd/containerd.sock';
}

/** Does this kubelet ask its runtime for the cgroup driver (server.go, getCgroupDriverFromCRI). */
function asksRuntime(version: KubeletVersion, gates: Readonly<Record<string, boolean>>): boolean {
  return isAvailable(rulesFor(version).driverFromRuntime, GATE, gates);
}

/** A runtime that answers overrides file and flag; what one says that is not asked, is kept for the findings. */
export function withRuntime(config: KubeletConfig, facts: RuntimeFacts | null): KubeletConfig {
  if (facts === null) return config;
  const asked = asksRuntime(config.version.value, config.featureGates.value);
  const sources = [...config.sources, ...facts.files];
  const runtime = { ...facts, asked };
  if (!asked || facts.answers !== true || facts.driver === null) return { ...config, sources, runtime };
  const source = `${facts.evidence}, which ${facts.runtime} tells the kubelet`;
  return { ...config, sources, runtime, cgroupDriver: { value: facts.driver, source } };
}
