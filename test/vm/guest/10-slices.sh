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
    status "$driver: audit names it" 1 audit
    status "$driver: oneshot mends $mount" 0 oneshot
    ready "$driver: mended $mount" "$driver" /kube.slice /system.slice
  done

  if [ "$INIT" = systemd ]; then
    systemctl stop kube.slice
    judged "$driver: a stopped slice is gone" refuses /kube.slice "$driver"
    status "$driver: oneshot after the stop" 0 oneshot
    ready "$driver: started again" "$driver" /kube.slice /system.slice

    systemctl daemon-reload
    ready "$driver: daemon-reload" "$driver" /kube.slice /system.slice
    systemctl daemon-reexec
    ready "$driver: daemon-reexec" "$driver" /kube.slice /system.slice
    service_in kube.slice
    ready "$driver: the last process has left" "$driver" /kube.slice /system.slice
    service_in kube.slice
    ready "$driver: reload, start and stop" "$driver" /kube.slice /system.slice
    idle "$driver: at the end"
  fi
  forget /kube.slice
done
