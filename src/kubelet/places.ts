/**
 * Where distributions keep the kubelet's configuration file, in the order in which
 * cgprep looks when nobody named it. The first that is there counts.
 */
export const CONFIG_PLACES: readonly string[] = [
  '/var/lib/kubelet/config.yaml', // kubeadm
  '/etc/kubernetes/kubelet-config.yaml', // kubespray
  '/etc/kubernetes/kubelet/config.json', // EKS on Amazon Linux 2023 (nodeadm)
  '/etc/kubernetes/kubelet/kubelet-config.json', // EKS on Amazon Linux 2
  '/etc/kubernetes/kubelet/config', // Bottlerocket
  '/home/kubernetes/kubelet-config.yaml', // kube-up on Google Compute Engine
  '/var/lib/kubelet/kubelet.conf', // kops
  '/etc/kubernetes/kubelet.yaml', // Talos
  '/etc/default/kubeletconfig.json', // AKS
];
