# shellcheck shell=bash
# The shipped units, installed; a reboot; and a stand-in for the kubelet, which asks the judge as it starts.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"
only_on systemd

unit=/etc/systemd/system
seen=$STATE/kubelet-saw

install_stand_in() {
  install_program
  cat >/usr/local/bin/kubelet <<END
#!/bin/sh
{ echo "cgprep.service: \$(systemctl show -P Result -P ExecMainExitTimestampMonotonic cgprep.service | tr '\n' ' ')"
  /payload/vm/judge.sh /kube.slice systemd; /payload/vm/judge.sh /system.slice systemd; } >$seen 2>&1
exec sleep infinity
END
  chmod +x /usr/local/bin/kubelet
  printf '[Unit]\nDescription=Stand-in for the kubelet\n[Service]\nExecStart=/usr/local/bin/kubelet --config=/var/lib/kubelet/config.yaml\n[Install]\nWantedBy=multi-user.target\n' >$unit/kubelet.service
  mkdir -p /var/lib/kubelet
  configure systemd /kube.slice /system.slice
  cp "$config" /var/lib/kubelet/config.yaml
  payload_at_boot
}

# The judge takes seconds under emulation: its last word is the third line.
kubelet_saw_ready() {
  local _
  for _ in $(seq 60); do
    [ "$(grep -c . "$seen" 2>/dev/null)" != 3 ] || break
    sleep 0.5
  done
  same "$1: the judge, asked as the kubelet starts" 'starts starts' "$(tail -n 2 "$seen" | tr '\n' ' ' | sed 's/ $//')"
}

case $STAGE in
  start)
    install_stand_in
    cp /payload/systemd/cgprep.service /payload/systemd/kube.slice $unit/
    mkdir -p $unit/kubelet.service.d
    cp /payload/systemd/kubelet.service.d/20-slice.conf $unit/kubelet.service.d/
    systemctl daemon-reload
    check 'systemd-analyze verify' systemd-analyze verify --man=no $unit/cgprep.service $unit/kube.slice
    little_exposed cgprep.service
    systemctl enable --quiet cgprep.service kubelet.service
    rm -f "$seen"
    reboot_to installed
    ;;
  installed)
    same 'at boot: cgprep ended well' success "$(systemctl show -P Result cgprep.service)"
    journalctl -q -b -u cgprep.service -o cat | tail -n 60 | note
    kubelet_saw_ready 'at boot'
    ended=$(systemctl show -P ExecMainExitTimestampMonotonic cgprep.service)
    began=$(systemctl show -P ExecMainStartTimestampMonotonic kubelet.service)
    check 'at boot: cgprep ended before the kubelet began' [ "$ended" -gt 0 -a "$ended" -le "$began" ]
    same 'at boot: the kubelet runs in kube.slice' /kube.slice/kubelet.service "$(systemctl show -P ControlGroup kubelet.service)"
    # Each start of the kubelet runs it again.
    systemctl stop kubelet.service kube.slice
    rm -f "$seen"
    systemctl start kubelet.service
    kubelet_saw_ready 'at a restart'

    # The other way, ExecStartPre, strict: the kubelet does not start until the host is ready.
    systemctl disable --quiet cgprep.service
    cp /payload/systemd/kubelet.service.d/10-cgprep.conf $unit/kubelet.service.d/
    systemctl daemon-reload
    systemctl stop kubelet.service kube.slice
    rm -f "$seen"
    check 'strict: the kubelet starts on a host that can be made ready' systemctl start kubelet.service
    kubelet_saw_ready strict
    sed -i 's/^kubeReservedCgroup:.*/kubeReservedCgroup: kube--bad/' /var/lib/kubelet/config.yaml
    touch -d 2020-01-01 /var/lib/kubelet/config.yaml
    check 'strict: and does not on one that cannot' sh -c '! systemctl restart kubelet.service'
    sed -i 's/^ExecStartPre=/ExecStartPre=-/' $unit/kubelet.service.d/10-cgprep.conf
    systemctl daemon-reload
    systemctl reset-failed kubelet.service
    check 'lenient: the kubelet starts all the same' systemctl restart kubelet.service
    systemctl disable --quiet --now kubelet.service
    rm -rf /usr/bin/cgprep /usr/local/bin/kubelet $unit/kubelet.service $unit/kubelet.service.d $unit/cgprep.service $unit/kube.slice /var/lib/kubelet
    systemctl daemon-reload
    forget /kube.slice
    ;;
esac
