# shellcheck shell=bash
# Top-level slices with both drivers: from nothing, twice, broken one by one, and what must not undo it.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"

for driver in $drivers; do
  configure "$driver" /kube.slice /system.slice
  status "$driver: audit refuses from nothing" 1 audit
  status "$driver: oneshot" 0 oneshot
  ready "$driver: after oneshot" "$driver" /kube.slice /system.slice
  idle "$driver"

  for mount in $(hierarchies); do
    # What processes run in cannot be removed: system.slice stays where systemd manages it.
    rmdir "$mount/kube.slice" || continue
    judged "$driver: refuses without $mount/kube.slice" refuses /kube.slice "$driver"
    # Under emulation each run of node takes a second or two: oneshot's status says what an audit would.
    status "$driver: oneshot mends $mount" 0 oneshot
    judged "$driver: mended $mount" starts /kube.slice "$driver"
  done

  if [ "$INIT" = systemd ]; then
    systemctl stop kube.slice
    judged "$driver: a stopped slice is gone" refuses /kube.slice "$driver"
    status "$driver: oneshot after the stop" 0 oneshot
    ready "$driver: started again" "$driver" /kube.slice /system.slice

    systemctl daemon-reload
    lasts "$driver: daemon-reload" "$driver" /kube.slice /system.slice
    systemctl daemon-reexec
    lasts "$driver: daemon-reexec" "$driver" /kube.slice /system.slice
    service_in kube.slice
    lasts "$driver: the last process has left" "$driver" /kube.slice /system.slice
    service_in kube.slice
    ready "$driver: reload, start and stop" "$driver" /kube.slice /system.slice
    idle "$driver: at the end"
  fi
  forget /kube.slice
done
