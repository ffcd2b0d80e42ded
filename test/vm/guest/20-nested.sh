# shellcheck shell=bash
# Names that nest: slices of systemd's, literal paths below its slices, and paths that are none of its.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"

# nested NAME DRIVER CONFIGURED PATH
nested() {
  configure "$2" "$3"
  judged "$1: refuses from nothing" refuses "$4" "$2"
  status "$1: audit" 1 audit
  status "$1: oneshot" 0 oneshot
  ready "$1" "$2" "$4"
  idle "$1"
  [ "$INIT" = systemd ] || return 0
  systemctl daemon-reload
  lasts "$1: daemon-reload" "$2" "$4"
  systemctl daemon-reexec
  lasts "$1: daemon-reexec" "$2" "$4"
  service_in "$5"
  ready "$1: a service came and went" "$2" "$4"
}

if [ "$INIT" = systemd ]; then
  nested 'nested slice' systemd /kube-reserved.slice /kube.slice/kube-reserved.slice kube-reserved.slice
  forget /kube.slice/kube-reserved.slice /kube.slice
  nested 'nested slice, cgroupfs driver' cgroupfs /podruntime.slice/podruntime-kube.slice /podruntime.slice/podruntime-kube.slice podruntime-kube.slice
  forget /podruntime.slice/podruntime-kube.slice /podruntime.slice
  nested 'below system.slice' cgroupfs /system.slice/kubereserved /system.slice/kubereserved system.slice
  forget /system.slice/kubereserved
fi
nested 'none of systemds' cgroupfs /daemons/kube /daemons/kube system.slice
forget /daemons/kube /daemons
