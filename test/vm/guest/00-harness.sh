# shellcheck shell=bash
# Proves the harness and the judge, without cgprep: what a person would do by
# hand, seen through the judge's eyes, and a reboot.

hand=/hand.slice
nested=/hand.slice/hand-in.slice
drivers='cgroupfs systemd'
[ "$INIT" = systemd ] || drivers=cgroupfs

# mkdir_everywhere PATH: in every hierarchy, with the cpuset seeds.
mkdir_everywhere() {
  local mount parent
  parent=${1%/*}
  while read -r mount; do
    mkdir -p "$mount$1"
    # On v2 an empty cpuset.cpus means all of the parent's.
    [ "$MODE" != unified ] || continue
    [ -f "$mount$1/cpuset.mems" ] || continue
    cat "$mount$parent/cpuset.cpus" >"$mount$1/cpuset.cpus"
    cat "$mount$parent/cpuset.mems" >"$mount$1/cpuset.mems"
  done < <(awk '{ for (i = 7; $i != "-"; i++); if ($(i+1) ~ /^cgroup2?$/) print $5 }' /proc/self/mountinfo)
}

case $STAGE in
  start)
    same 'the mode is the one asked for' "$MODE" "$(
      case $(stat -f -c %T /sys/fs/cgroup) in
        cgroup2fs) echo unified ;;
        *) if [ -d /sys/fs/cgroup/unified ]; then echo hybrid; else echo legacy; fi ;;
      esac
    )"
    check 'the program runs' "$PROGRAM" --version
    for driver in $drivers; do
      judged "$driver: refuses from nothing" refuses "$hand" "$driver"
    done

    if [ "$INIT" = systemd ]; then
      check 'systemctl start' systemctl start hand.slice
      if [ "$MODE" = unified ]; then want=starts; else want=refuses; fi
      judged 'a started slice alone' "$want" "$hand" cgroupfs
    fi
    mkdir_everywhere "$hand"
    for driver in $drivers; do
      judged "$driver: starts after mkdir" starts "$hand" "$driver"
    done

    if [ "$INIT" = systemd ]; then
      # systemd takes back the controllers that nothing asks it for; on v1 that is
      # the directory under cpu,cpuacct (systemd.resource-control(5)).
      systemctl daemon-reload
      if [ "$MODE" = unified ]; then want=starts; else want=refuses; fi
      judged 'by hand, after daemon-reload' "$want" "$hand" cgroupfs
      if [ "$MODE" != unified ]; then
        check 'systemctl set-property' systemctl set-property --runtime hand.slice CPUAccounting=yes
        systemctl daemon-reload
        judged 'with CPUAccounting, after daemon-reload' starts "$hand" cgroupfs
      fi
    fi

    mkdir_everywhere "$nested"
    if [ "$MODE" = unified ]; then
      judged 'nested: refuses without controllers' refuses "$nested" cgroupfs
      echo '+cpu +cpuset +memory +hugetlb +pids' >/sys/fs/cgroup/cgroup.subtree_control
      echo '+cpu +cpuset +memory +hugetlb +pids' >"/sys/fs/cgroup$hand/cgroup.subtree_control"
    fi
    judged 'nested: starts with controllers and seeds' starts "$nested" cgroupfs

    if [ "$INIT" = systemd ]; then
      systemctl mask --runtime masked.slice
      mkdir_everywhere /masked.slice
      judged 'a masked slice' refuses /masked.slice systemd
    fi
    reboot_to again
    ;;
  again)
    judged 'refuses again after a reboot' refuses "$hand" cgroupfs
    ;;
esac
