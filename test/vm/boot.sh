#!/usr/bin/env bash
# Usage: boot.sh NAME SUITE legacy|hybrid|unified systemd|bare PAYLOAD OUTDIR
# Boots one machine, waits for the end of its guest job and leaves in OUTDIR:
#   results.tap   what the job has written to the second serial port
#   console.log   the kernel's and systemd's console
#   qemu.log      qemu's own messages
# Exit status: 0 when the job has ended by itself (whatever its checks said).
#
# CGPREP_VM_TIMEOUT  seconds for the whole machine, reboots included (1500)
# CGPREP_VM_ACCEL    qemu's accelerator: tcg or kvm (kvm where the host has it)
# CGPREP_VM_MEMORY   MiB (1024)
# CGPREP_VM_APPEND   more words for the kernel command line
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 6 ] || {
  sed -n '2,3s/^# //p' "$0" >&2
  exit 64
}
name=$1 suite=$2 mode=$3 init=$4 payload=$5 out=$6
deadline=$((SECONDS + ${CGPREP_VM_TIMEOUT:-1500}))
image=$("$here/build-image.sh" "$suite")
mkdir -p "$out"

# mitigations, audit, selinux and the watchdogs cost time under emulation and
# change nothing for cgroups; tsc=reliable saves the clocksource's calibration
# (kernel-parameters.txt). A machine that panics ends, as -no-reboot is given.
append="root=/dev/vda rw console=ttyS0 panic=-1 oops=panic mitigations=off audit=0
  selinux=0 apparmor=0 nowatchdog tsc=reliable no_timer_check random.trust_cpu=on
  net.ifnames=0 quiet loglevel=4 vm.cell=$name vm.mode=$mode vm.init=$init"
case $init in
  systemd) append+=" systemd.show_status=no systemd.log_target=journal" ;;
  bare) append+=" init=/usr/local/sbin/vm-init" ;;
  *) exit 64 ;;
esac
# systemd(1), KERNEL COMMAND LINE. systemd 256 and 257 want the last word before
# they mount a v1 hierarchy; 258 has no v1 any more.
force=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
case $mode in
  legacy) append+=" systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1 $force" ;;
  hybrid) append+=" systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=0 $force" ;;
  unified) append+=" systemd.unified_cgroup_hierarchy=1" ;;
  *) exit 64 ;;
esac
append=$(tr -s ' \n' ' ' <<<"$append ${CGPREP_VM_APPEND:-}")

# A usable /dev/kvm comes with the processor's own flag; some hosts have the
# device and nothing behind it.
accel=${CGPREP_VM_ACCEL:-}
if [ -z "$accel" ]; then
  accel=tcg
  if [ -w /dev/kvm ] && grep -qE '^flags.* (vmx|svm) ' /proc/cpuinfo; then accel=kvm; fi
fi
[ "$accel" != tcg ] || accel=tcg,thread=multi,tb-size=256

disk=$out/overlay.qcow2
qemu=
cleanup() {
  if [ -n "$qemu" ] && kill -0 "$qemu" 2>/dev/null; then
    kill "$qemu" 2>/dev/null || true
    wait "$qemu" 2>/dev/null || true
  fi
  rm -f -- "$disk"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

# Writes go to an overlay that lives as long as this machine, reboots included.
qemu-img create -q -f qcow2 -F raw -b "$image/root.ext4" "$disk"
: >"$out/results.tap"
: >"$out/console.log"
: >"$out/qemu.log"

# One turn of the loop is one boot. qemu ends at each reboot (-no-reboot), so
# that a reboot is seen, counted, and told from a crash.
boots=0
while :; do
  boots=$((boots + 1))
  requests=$(grep -c '^# vm: reboot' "$out/results.tap" || true)
  echo "# vm: boot $boots" >>"$out/results.tap"
  qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
    -machine pc,graphics=off,vmport=off,hpet=off,usb=off -accel "$accel" -cpu max -smp "${CGPREP_VM_SMP:-2}" -m "${CGPREP_VM_MEMORY:-1024}" \
    -kernel "$image/vmlinuz" -initrd "$image/initrd" -append "$append" \
    -drive "file=$disk,if=virtio,format=qcow2,cache=unsafe" \
    -drive "file=$payload,if=virtio,format=raw,readonly=on" \
    -chardev "file,id=console,path=$out/console.log,append=on" -serial chardev:console \
    -chardev "file,id=results,path=$out/results.tap,append=on" -serial chardev:results \
    </dev/null >>"$out/qemu.log" 2>&1 &
  qemu=$!
  while kill -0 "$qemu" 2>/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "not ok machine # still running after ${CGPREP_VM_TIMEOUT:-1500} s" >>"$out/results.tap"
      exit 1
    fi
    sleep 0.2
  done
  wait "$qemu" || {
    echo "not ok machine # qemu failed: $(tail -n 1 "$out/qemu.log")" >>"$out/results.tap"
    exit 1
  }
  qemu=
  # The port is a terminal for the guest: lines may end in CR LF.
  sed -i 's/\r$//' "$out/results.tap"
  if grep -q '^# vm: done' "$out/results.tap"; then break; fi
  if [ "$(grep -c '^# vm: reboot' "$out/results.tap" || true)" -eq "$requests" ]; then
    echo "not ok machine # ended without being asked to, see console.log" >>"$out/results.tap"
    exit 1
  fi
done
