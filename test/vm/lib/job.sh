#!/bin/bash
# The guest job: runs every scenario of guest/*.sh, each up to its end, through
# the reboots that it asks for. State is kept in /var/lib/cgprep-vm, on the disk
# overlay. Ends the machine when all is done.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C
export VM=/payload/vm STATE=/var/lib/cgprep-vm
mkdir -p "$STATE/done"
# Made by systemd elsewhere; bash's <(...) wants it.
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd

# The second serial port leads to boot.sh. raw: no echo, no line editing.
exec 9<>/dev/ttyS1
stty -F /dev/ttyS1 raw -echo
word() { sed -n "s/.*\bvm\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
CELL=$(word cell)
MODE=$(word mode)
INIT=$(word init)
export CELL MODE INIT

end_machine() {
  # The port's buffer must be empty before the machine goes (tcdrain(3)).
  stty -F /dev/ttyS1 raw
  sync
  if [ "$INIT" = bare ]; then
    if [ "$1" = reboot ]; then echo b >/proc/sysrq-trigger; else echo o >/proc/sysrq-trigger; fi
    sleep 60
  elif [ "$1" = reboot ]; then
    # A real, orderly reboot: stopping the units is part of what is tested.
    systemctl --no-block reboot
  else
    # Nothing is left to test, and the disk overlay is thrown away.
    systemctl --force --force poweroff
  fi
  exit 0
}

read -r up _ </proc/uptime
echo "# vm: guest job starts $up s after the kernel, $(uname -r), $(systemctl --version 2>/dev/null | head -n 1)" >&9
only=$(word only)
for script in "$VM"/guest/*.sh; do
  NAME=$(basename "$script" .sh)
  export NAME
  [ -z "$only" ] || [ "$only" = "$NAME" ] || continue
  [ ! -e "$STATE/done/$NAME" ] || continue
  STAGE=$(cat "$STATE/stage" 2>/dev/null || echo start)
  export STAGE
  rm -f "$STATE/next"
  # shellcheck disable=SC2016
  timeout -k 5 "${SCENARIO_TIMEOUT:-900}" bash -c '. "$VM/lib/guest.sh"; set -u; . "$1"' scenario "$script" \
    </dev/null >"$STATE/log" 2>&1
  status=$?
  if [ "$status" -ne 0 ]; then
    echo "not ok $NAME: the script ends ($STAGE) # exit status $status" >&9
    sed 's/^/#   /' "$STATE/log" | tail -n 60 >&9
    rm -f "$STATE/next"
  fi
  if [ -e "$STATE/next" ]; then
    mv "$STATE/next" "$STATE/stage"
    read -r up _ </proc/uptime
    echo "# vm: reboot, asked for by $NAME, $up s" >&9
    end_machine reboot
  fi
  rm -f "$STATE/stage"
  : >"$STATE/done/$NAME"
done
read -r up _ </proc/uptime
echo "# vm: done, $up s" >&9
end_machine poweroff
