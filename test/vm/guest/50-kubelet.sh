# shellcheck shell=bash
# A real kubelet, where CGPREP_KUBELET has handed one in: it must stay up with enforcement on.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"
only_on systemd
[ -x /payload/kubelet ] || exit 0

# The runtime with what it has: no overlay module here, no network, no pods.
mkdir -p /etc/containerd
printf 'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\nsnapshotter = "native"\n' >/etc/containerd/config.toml
check 'containerd starts' systemctl restart containerd.service
note <<<"$(/payload/kubelet --version)"

# healthy: the kubelet's own health check, within two minutes; it answers before the container manager
# has started, so the log must also tell of the limits.
healthy() {
  local _
  for _ in $(seq 120); do
    systemctl --quiet is-active kubelet-real.service || return 1
    if journalctl -q -u kubelet-real.service | grep -q 'SuccessfulNodeAllocatableEnforcement\|Updated limits on kube reserved'; then return 0; fi
    sleep 1
  done
  return 1
}

for driver in $drivers; do
  configure "$driver" /kube.slice /system.slice
  cat >>"$config" <<'END'
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
failSwapOn: false
END
  touch -d 2020-01-01 "$config"
  status "$driver: oneshot" 0 oneshot
  systemd-run --quiet --unit=kubelet-real.service --setenv=KUBECONFIG= \
    /payload/kubelet --config="$config" --root-dir=/var/lib/kubelet-real
  check "$driver: the kubelet has set its limits and stays up" healthy
  journalctl -q -u kubelet-real.service | grep 'Failed to\|command failed' | tail -n 5 | note
  systemctl stop kubelet-real.service
  systemctl reset-failed kubelet-real.service 2>/dev/null || true
  forget /kube.slice
done
