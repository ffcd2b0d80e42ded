# shellcheck shell=bash
# cgprep-watch.service under real systemd: it keeps what it has made, through all that takes it away.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"
only_on systemd

unit=/etc/systemd/system
version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')

say() { systemctl show -P "$1" cgprep-watch.service; }
log() { journalctl -q -b -u cgprep-watch.service -o cat; }

# within SECONDS COMMAND...: under emulation everything takes its time.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}
everywhere() { local mount; for mount in $(hierarchies); do [ -d "$mount$1" ] || return 1; done; }
logged() { log | grep -q -- "$1"; }
state_is() { [ "$(say ActiveState)/$(say SubState)" = "$1" ]; }

# settings TEXT: the kubelet's configuration that the unit finds.
install_config() {
  configure "$@"
  mkdir -p /var/lib/kubelet
  cp -p "$config" /var/lib/kubelet/config.yaml
}

case $STAGE in
  start)
    install_program
    install_config systemd /kube.slice /system.slice
    cp /payload/systemd/cgprep-watch.service $unit/
    if [ "$version" -ge 253 ]; then
      mkdir -p $unit/cgprep-watch.service.d
      cp /payload/systemd/cgprep-watch.service.d/10-open-file.conf $unit/cgprep-watch.service.d/
    fi
    payload_at_boot
    systemctl daemon-reload
    systemctl enable --quiet cgprep-watch.service
    check 'systemd-analyze verify' systemd-analyze verify --man=no $unit/cgprep-watch.service
    little_exposed cgprep-watch.service

    check 'it starts, and says so' systemctl start cgprep-watch.service
    same 'READY=1 was heard' active/running "$(say ActiveState)/$(say SubState)"
    check 'STATUS= is told' within 30 sh -c 'systemctl show -P StatusText cgprep-watch.service | grep -q "^Ready for the kubelet"'
    judged 'the host is ready' starts /kube.slice systemd
    judged 'the host is ready' starts /system.slice systemd
    note "memory: $(say MemoryCurrent), status: $(say StatusText)"

    # What systemctl stop takes away.
    systemctl stop kube.slice
    check 'a stopped slice is back everywhere' within 40 everywhere /kube.slice
    check 'and is active again' within 60 systemctl --quiet is-active kube.slice
    check 'and that was told' within 30 logged 'kube.slice: was there, and is gone'
    judged 'ready again' starts /kube.slice systemd
    for mount in $(hierarchies); do
      rmdir "$mount/kube.slice" || continue
      check "removed below $mount: back" within 40 everywhere /kube.slice
    done

    # A second instance, by hand.
    got=0
    said=$(cgprep watch 2>&1) || got=$?
    same 'a second instance is refused' 75 "$got"
    check 'and told who keeps the host' grep -q "PID $(say MainPID)" <<<"$said"

    # Killed hard: systemd starts it again, and nothing stale is in its way.
    before=$(say MainPID)
    kill -KILL "$before"
    check 'killed with SIGKILL: started again' within 150 sh -c "p=\$(systemctl show -P MainPID cgprep-watch.service); [ \"\$p\" != 0 ] && [ \"\$p\" != $before ] && [ \"\$(systemctl show -P SubState cgprep-watch.service)\" = running ]"

    # A nested name with SIGHUP; then its controllers are dropped behind systemd's back.
    install_config systemd /kube-reserved.slice /system.slice
    check 'systemctl reload' systemctl reload cgprep-watch.service
    check 'SIGHUP: the new name is prepared' within 30 everywhere /kube.slice/kube-reserved.slice
    check 'and that was told' within 30 logged 'asked for .*kube.slice.* and asks for .*kube-reserved.slice'
    within 60 state_is active/running || true
    judged 'nested: ready' starts /kube.slice/kube-reserved.slice systemd
    if [ "$MODE" = unified ]; then
      # hugetlb is the one that systemd never asks for, and takes from nobody; by hand it goes.
      word=$(tr ' ' '\n' </sys/fs/cgroup/kube.slice/cgroup.subtree_control | grep -m1 'hugetlb\|pids')
      echo "-$word" >/sys/fs/cgroup/kube.slice/cgroup.subtree_control
      check "nested: $word dropped is back" within 40 grep -q "$word" /sys/fs/cgroup/kube.slice/cgroup.subtree_control
    fi
    systemctl daemon-reload
    sleep 2
    judged 'nested: ready after a daemon-reload' starts /kube.slice/kube-reserved.slice systemd

    # The watchdog: it is answered, and not restarted, for longer than it waits.
    before=$(say MainPID)
    sleep 65
    same 'the watchdog is answered' "$before" "$(say MainPID)"
    # audit shows what has happened.
    check 'audit tells what changed' sh -c '/usr/bin/cgprep audit | grep -q "Changed since boot"'
    systemctl stop cgprep-watch.service
    same 'it ends well' success "$(say Result)"
    install_config systemd /kube.slice /system.slice
    log | note
    reboot_to again
    ;;
  again)
    check 'after a reboot it runs' within 150 state_is active/running
    judged 'after a reboot: ready' starts /kube.slice systemd
    log | note
    systemctl disable --quiet --now cgprep-watch.service
    rm -rf /usr/bin/cgprep $unit/cgprep-watch.service $unit/cgprep-watch.service.d /var/lib/kubelet
    systemctl daemon-reload
    forget /kube.slice
    ;;
esac
