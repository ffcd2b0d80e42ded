#!/bin/sh
# Usage: judge.sh /PATH cgroupfs|systemd
# Would a kubelet (1.32 or newer) start with this reserved cgroup? Prints
# "starts", or "refuses: REASON", and exits 0 or 1 accordingly.
#
# PATH is where the cgroup is, as the driver spells it: /kube.slice,
# /a.slice/a-b.slice. The rules are what real kubelets did, read from the kernel's
# own files; nothing here comes from cgprep, so that one mistake cannot hide in
# both. Mountpoints with spaces do not happen here.
set -eu
path=${1:?usage: judge.sh /PATH cgroupfs|systemd}
driver=${2:-cgroupfs}
parent=${path%/*}
reasons=

refuse() { reasons="$reasons${reasons:+; }$1"; }

# mountinfo, proc(5): mountpoint is field 5; after the "-" come the type, the
# source and the super options, which name the v1 controllers.
v1=$(awk '{ for (i = 7; $i != "-"; i++); if ($(i+1) == "cgroup") print $5, $(i+3) }' /proc/self/mountinfo)
v2=$(awk '{ for (i = 7; $i != "-"; i++); if ($(i+1) == "cgroup2") print $5 }' /proc/self/mountinfo)

if [ -n "$v1" ]; then
  # v1 and hybrid: a directory under each of these that is mounted.
  for controller in cpu cpuacct cpuset memory pids name=systemd hugetlb; do
    mount=$(echo "$v1" | awk -v c="$controller" '("," $2 ",") ~ ("," c ",") { print $1; exit }')
    [ -n "$mount" ] || continue
    [ -d "$mount$path" ] || refuse "$mount$path is missing"
    # The kubelet writes cpuset.cpus, which the kernel refuses below an empty
    # parent (cpusets(7)).
    if [ "$controller" = cpuset ] && [ -n "$parent" ] && [ -d "$mount$path" ]; then
      [ -n "$(cat "$mount$parent/cpuset.cpus")" ] || refuse "$mount$parent/cpuset.cpus is empty"
    fi
  done
elif [ -n "$v2" ]; then
  if has=$(cat "$v2$path/cgroup.controllers" 2>/dev/null); then
    # A cgroup right below the root gets them from the kubelet itself, which
    # writes the root's cgroup.subtree_control for its pods.
    for controller in cpu cpuset memory hugetlb pids; do
      [ -n "$parent" ] || continue
      case " $(cat "$v2/cgroup.controllers") " in *" $controller "*) ;; *) continue ;; esac
      case " $has " in *" $controller "*) ;; *) refuse "$v2$path has no controller $controller" ;; esac
    done
  else
    refuse "$v2$path/cgroup.controllers cannot be read"
  fi
else
  refuse "no cgroup is mounted"
fi

if [ "$driver" = systemd ]; then
  state=$(systemctl show --property=LoadState --value -- "${path##*/}") || state=unknown
  [ "$state" = loaded ] || refuse "unit ${path##*/} is $state"
fi

[ -z "$reasons" ] || { echo "refuses: $reasons"; exit 1; }
echo starts
