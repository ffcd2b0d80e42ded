import type { KubeletConfig, KubeletVersion } from '../model/kubelet.ts';
import type { RuntimeAnswer, RuntimeFacts } from '../model/runtime.ts';
import type { Case, KubeletRefusal } from './case.ts';
import { isAvailable, rulesFor } from './versions.ts';

const GATE = 'KubeletCgroupDriverFromCRI';

const CONTAINERD = '/run/containerd/containerd.sock';

/** Where runtimes listen, the kubelet's own default first; k3s and RKE2 share one. */
const SOCKETS: readonly string[] = [
  CONTAINERD,
  '/var/run/crio/crio.sock',
  '/var/run/cri-dockerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
];

/**
 * Where this kubelet finds its runtime. Until 1.23 the default is the dockershim built into it, then containerd.
 * Source: cmd/kubelet/app/options/options.go; from 1.27 v1beta1/defaults.go.
 */
export function runtimeEndpoint({ containerRuntimeEndpoint, version }: KubeletConfig): string {
  if (containerRuntimeEndpoint.value !== '') return containerRuntimeEndpoint.value;
  return version.value.minor < 24 ? 'unix:///var/run/dockershim.sock' : `unix://${CONTAINERD}`;
}

/**
 * The sockets on which to ask, the first that is there: the one that the kubelet is told, and where it is told none,
 * those where runtimes usually listen. None for an endpoint that is no unix socket.
 */
export function runtimeSockets({ containerRuntimeEndpoint: { value } }: KubeletConfig): readonly string[] {
  if (value === '') return SOCKETS;
  // A path alone is a unix socket (kubelet util, parseEndpointWithFallbackProtocol).
  const path = /^(?:unix:(?:\/\/)?)?(\/[^]*)$/.exec(value)?.[1];
  return path === undefined ? [] : [path];
}

/** Does this kubelet ask its runtime for the cgroup driver (server.go, getCgroupDriverFromCRI). */
function asksRuntime(version: KubeletVersion, gates: Readonly<Record<string, boolean>>): boolean {
  return isAvailable(rulesFor(version).driverFromRuntime, GATE, gates);
}

/**
 * A runtime that answers overrides file and flag; what one says that is not asked, is kept for the findings.
 * @param files what is on disk of it
 * @param answer its own word, which outranks its files; null where it was not asked
 */
export function withRuntime(
  config: KubeletConfig,
  files: RuntimeFacts | null,
  answer: RuntimeAnswer | null,
): KubeletConfig {
  const asked = asksRuntime(config.version.value, config.featureGates.value);
  const facts = answer === null ? files : told(files, answer);
  const heard = answer !== null && answer.name !== null;
  const all: KubeletConfig = {
    ...config,
    sources: [...config.sources, ...(facts?.files ?? []), ...(heard ? [answer.socket] : [])],
    ...(facts === null ? {} : { runtime: { ...facts, asked } }),
    ...(answer === null ? {} : { runtimeAnswer: { ...answer, asked } }),
  };
  if (!asked || facts === null) return all;
  if (facts.answers === true && facts.driver !== null) {
    const source = `${facts.evidence}, which ${facts.runtime} tells the kubelet`;
    return { ...all, cgroupDriver: { value: facts.driver, source } };
  }
  // The kubelet keeps what it is configured with.
  if (facts.answers !== false || !heard) return all;
  const source = `${config.cgroupDriver.source}; ${nameOf(answer)} does not tell the kubelet its own`;
  return { ...all, cgroupDriver: { ...config.cgroupDriver, source } };
}

/** The runtime by name and version, as far as it said them. */
function nameOf({ name, version, socket }: RuntimeAnswer): string {
  return name === null ? `the runtime on ${socket}` : [name, version].filter((word) => word !== null).join(' ');
}

function told(files: RuntimeFacts | null, answer: RuntimeAnswer): RuntimeFacts | null {
  const { config, socket } = answer;
  if (config.kind === 'not-allowed' || config.kind === 'failed') return files;
  if (config.kind !== 'driver') {
    return { ...(files ?? { runtime: kindOf(answer), driver: null, evidence: socket, files: [] }), answers: false };
  }
  return {
    runtime: kindOf(answer),
    driver: config.number === 0 ? 'systemd' : config.number === 1 ? 'cgroupfs' : null,
    answers: true,
    evidence: `RuntimeConfig of ${nameOf(answer)} on ${socket}`,
    files: [],
  };
}

/** cri-dockerd calls itself docker; one that gives no known name is taken for containerd, as most are. */
function kindOf({ name, socket }: RuntimeAnswer): RuntimeFacts['runtime'] {
  const word = name ?? socket;
  if (/cri-?o/.test(word)) return 'CRI-O';
  return /docker/.test(word) ? 'cri-dockerd' : 'containerd';
}

/** A number that the CRI does not have is the end of a kubelet that asks (server.go, getCgroupDriverFromCRI). */
export function runtimeRefusal({ config: { runtimeAnswer } }: Case): KubeletRefusal | null {
  if (runtimeAnswer?.config.kind !== 'driver' || !runtimeAnswer.asked) return null;
  const { number } = runtimeAnswer.config;
  if (number === 0 || number === 1) return null;
  return { rule: 'runtime-driver-unknown', message: `runtime returned an unknown cgroup driver ${number}` };
}
