#!/bin/bash
# What installers run before the kubelet today, as a yardstick: one mountpoint(1) per v1 hierarchy,
# one mkdir(1) per hierarchy and slice. On a host that has only cgroup v2 it finds nothing to do.
for controller in cpu cpuacct cpuset hugetlb memory pids systemd; do
  if mountpoint -q "/sys/fs/cgroup/$controller"; then
    for slice in kube.slice system.slice; do
      mkdir -p "/sys/fs/cgroup/$controller/$slice"
    done
  fi
done
