import type { CapturedHost } from './captured-host.ts';
import { hostFiles } from './captured-host.ts';

/** The two lines that every configuration must have. */
export const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

/** A Debian 12 node on cgroup v2 with these files, and these links. */
export function nodeWith(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): CapturedHost {
  const base = hostFiles().find(({ name }) => name === 'debian12-unified')?.host;
  if (base === undefined) throw new Error('the captured host is gone');
  return { ...base, files: { ...base.files, ...files }, links: { ...base.links, ...links } };
}

/** kubeadm's packages: the unit, and the drop-in that every kubeadm node has. */
export function kubeadm(extraArgsFile: string, directory: string): Record<string, string> {
  return {
    [`${directory}/kubelet.service`]: `[Unit]
Description=kubelet: The Kubernetes Node Agent
[Service]
ExecStart=/usr/bin/kubelet
Restart=always
[Install]
WantedBy=multi-user.target
`,
    [`${directory}/kubelet.service.d/10-kubeadm.conf`]: `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-${extraArgsFile}
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
    '/var/lib/kubelet/kubeadm-flags.env':
      'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.9"\n',
    '/var/lib/kubelet/config.yaml': `${HEAD}cgroupDriver: systemd\nkubeReservedCgroup: /kube.slice\n`,
  };
}
