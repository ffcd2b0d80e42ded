# shellcheck shell=bash
# For the scenarios that run cgprep itself: sourced by them.

# The drivers that make sense on this machine.
drivers='cgroupfs systemd'
# shellcheck disable=SC2034
[ "$INIT" = systemd ] || drivers=cgroupfs

cgprep() { "$PROGRAM" "$@"; }

# configure DRIVER KUBE-CGROUP [SYSTEM-CGROUP]: writes $config; without the third, only kube-reserved is enforced.
config=/tmp/kubelet.yaml
configure() {
  {
    echo 'apiVersion: kubelet.config.k8s.io/v1beta1'
    echo 'kind: KubeletConfiguration'
    echo "cgroupDriver: $1"
    echo 'failCgroupV1: false'
    echo 'kubeReserved: {cpu: 100m, memory: 256Mi}'
    echo 'systemReserved: {cpu: 200m, memory: 512Mi}'
    echo "kubeReservedCgroup: $2"
    if [ $# -gt 2 ]; then
      echo "systemReservedCgroup: $3"
      echo 'enforceNodeAllocatable: [pods, kube-reserved, system-reserved]'
    else
      echo 'enforceNodeAllocatable: [pods, kube-reserved]'
    fi
  } >"$config"
  # Not just written: cgprep looks twice at a file that may still be growing.
  touch -d '2020-01-01' "$config"
}

# status NAME WANTED COMMAND...: its exit status, with its output when it is another.
status() {
  local name=$1 wanted=$2 got=0 said
  shift 2
  said=$("$@" 2>&1) || got=$?
  if [ "$got" = "$wanted" ]; then ok "$name"; else not_ok "$name" "wanted status $wanted, got $got: $said"; fi
}

oneshot() { cgprep oneshot --kubelet-config "$config" "$@"; }
audit() { cgprep audit --kubelet-config "$config" "$@"; }

# lasts NAME DRIVER PATH...: the judge says that the kubelet would start.
lasts() {
  local name=$1 driver=$2 path
  shift 2
  for path; do judged "$name: $path" starts "$path" "$driver"; done
}

# ready NAME DRIVER PATH...: audit says so, and the judge too.
ready() {
  status "$1: audit" 0 audit
  lasts "$@"
}

# idle NAME: a second run finds nothing to do.
idle() {
  local plan
  plan=$(oneshot -o json | tr -d '\n ' | sed -n 's/.*"plan":\(\[[^]]*\]\),"refusals".*/\1/p')
  same "$1: nothing is left to do" '[]' "$plan"
}

# hierarchies: the mount points in which the kubelet looks.
hierarchies() {
  awk '{ for (i = 7; $i != "-"; i++); if ($(i+1) == "cgroup") print $5, $(i+3) }' /proc/self/mountinfo |
    awk '("," $2 ",") ~ /,(cpu|cpuset|memory|pids|name=systemd|hugetlb),/ { print $1 }'
  [ "$MODE" != unified ] || echo /sys/fs/cgroup
}

# service_in SLICE: one starts there and ends, as the last process. (systemd-run --wait needs a bus, which
# not every machine here has.)
service_in() {
  printf '[Service]\nType=oneshot\nExecStart=/bin/true\nSlice=%s\n' "$1" >/run/systemd/system/passer-by.service
  systemctl daemon-reload
  systemctl start passer-by.service
}

# forget SLICE...: stops the slices and removes what is left of them, the inner ones first.
forget() {
  local slice mount
  for slice; do
    [ "$INIT" != systemd ] || systemctl stop "${slice##*/}" 2>/dev/null || true
    for mount in $(hierarchies); do
      if [ -d "$mount$slice" ]; then find "$mount$slice" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
    done
  done
}

# install_program: as a package would, under the name that the units start.
install_program() {
  printf '#!/bin/sh\nexec %s "$@"\n' "$PROGRAM" >/usr/bin/cgprep
  chmod +x /usr/bin/cgprep
}

# payload_at_boot: from now on the program's disk is there before the units of a boot need it; the guest job, which
# mounts it otherwise, comes later. No fstab: the image has no generators and no udev, which a mount unit would wait for.
payload_at_boot() {
  cat >/etc/systemd/system/payload.service <<'END'
[Unit]
DefaultDependencies=no
After=systemd-remount-fs.service
Before=basic.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '/bin/mountpoint -q /payload || /bin/mount -t ext4 -o ro /dev/vdb /payload'
[Install]
WantedBy=basic.target
END
  systemctl enable --quiet payload.service
}

# little_exposed UNIT: by systemd's own measure.
little_exposed() {
  local unit=/etc/systemd/system/$1 exposure
  # 262 answers nothing at all on an image without a bus, so the machines that answer are the ones that judge.
  exposure=$(systemd-analyze security --offline=true "$unit" 2>&1 | grep -a 'Overall exposure level' || true)
  note <<<"$exposure"
  if [ -n "$exposure" ] || [ "$CELL" != forky-unified ]; then
    check 'exposure is at most 2.0' systemd-analyze security --offline=true --threshold=20 "$unit"
  fi
}
