/** Where a distribution keeps what its kubelet is told. */
export interface Place {
  readonly of: string;
  /** The configuration file. */
  readonly config?: string;
  /** Its drop-in directory, which counts if it is there. */
  readonly configDir?: string;
  /** A file with a flag in each line, and what its `${…}` stand for. */
  readonly args?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** The description of the snap it is in. */
  readonly snap?: string;
  /** Other software keeps a file of another kind there, so it must say that it is a KubeletConfiguration. */
  readonly shared?: true;
}

/**
 * The order in which cgprep looks when nobody named a file, no kubelet runs and no kubelet.service tells.
 * The first that is there counts.
 */
export const PLACES: readonly Place[] = [
  { of: 'kubeadm', config: '/var/lib/kubelet/config.yaml' },
  { of: 'kubespray', config: '/etc/kubernetes/kubelet-config.yaml' },
  {
    of: 'EKS on Amazon Linux 2023 (nodeadm)',
    config: '/etc/kubernetes/kubelet/config.json',
    configDir: '/etc/kubernetes/kubelet/config.json.d',
  },
  { of: 'EKS on Amazon Linux 2', config: '/etc/kubernetes/kubelet/kubelet-config.json' },
  { of: 'Bottlerocket', config: '/etc/kubernetes/kubelet/config', shared: true },
  { of: 'kube-up on Google Compute Engine', config: '/home/kubernetes/kubelet-config.yaml' },
  { of: 'kops', config: '/var/lib/kubelet/kubelet.conf', shared: true },
  { of: 'Talos', config: '/etc/kubernetes/kubelet.yaml', shared: true },
  // kubeadm keeps the kubelet's kubeconfig under this name.
  { of: 'OpenShift', config: '/etc/kubernetes/kubelet.conf', shared: true },
  { of: 'AKS', config: '/etc/default/kubeletconfig.json' },
  // k3s and RKE2 from 1.32 write all of the kubelet's configuration there; before that, flags inside their process.
  { of: 'k3s', configDir: '/var/lib/rancher/k3s/agent/etc/kubelet.conf.d' },
  { of: 'RKE2', configDir: '/var/lib/rancher/rke2/agent/etc/kubelet.conf.d' },
  {
    of: 'MicroK8s',
    args: '/var/snap/microk8s/current/args/kubelet',
    snap: '/snap/microk8s/current/meta/snap.yaml',
    variables: {
      SNAP: '/snap/microk8s/current',
      SNAP_DATA: '/var/snap/microk8s/current',
      SNAP_COMMON: '/var/snap/microk8s/common',
    },
  },
];

/** Does a file of YAML or JSON say that it is the kubelet's; whether it is well formed, is for decoding to tell. */
export function isKubeletConfiguration(text: string): boolean {
  return /["']?\bkind["']?\s*:\s*["']?KubeletConfiguration\b/.test(text);
}
