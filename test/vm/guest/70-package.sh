# shellcheck shell=bash
# The Debian package's whole life on a machine: installed, used, enabled, upgraded, removed, purged.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"
# The package is the same on every machine, and to unpack it takes half a minute under emulation.
[ "$CELL" = bookworm-unified ] || exit 0
deb=$(echo /payload/packages/*_amd64.deb)
if [ ! -e "$deb" ]; then
  skip 'the Debian package' 'none in dist: npm run build:bin && npm run package'
  exit 0
fi

# Everything that a package could leave behind: files, links to units, units that are known. dpkg's own records and
# what runs beside the test are none of it.
host_state() {
  find /etc /usr /opt /var /root ! -path '/var/lib/dpkg*' ! -path '/var/log*' ! -path '/var/cache*' \
    ! -path "$STATE*" ! -path '/var/lib/systemd*' ! -path '/var/tmp*' -printf '%p %y %m %l\n' | sort
  systemctl list-unit-files --no-legend --no-pager | sort
}
enabled() { systemctl is-enabled cgprep.service 2>&1 || true; }

host_state >/run/before
# The image leaves manuals and documentation out, by dpkg's configuration.
all=(--path-include='/usr/share/doc/cgprep/*' --path-include='/usr/share/man/*')
check 'dpkg -i' dpkg "${all[@]}" -i "$deb"
same 'the version' "cgprep $(dpkg-deb -f "$deb" Version | sed 's/-.*//')" "$(/usr/bin/cgprep --version)"
mapfile -t units < <(dpkg -L cgprep | sed -n 's|^/usr/lib/systemd/system/||p')
check 'units are there' [ "${#units[@]}" -ge 1 ]
for unit in "${units[@]}"; do
  same "$unit: not enabled" disabled "$(systemctl is-enabled "$unit" || true)"
  same "$unit: not running" inactive "$(systemctl is-active "$unit" || true)"
  check "$unit: systemd can read it" systemd-analyze verify --man=no "$unit"
done
same 'no file was changed' '' "$(dpkg --verify cgprep)"

configure systemd /kube.slice
status 'audit refuses from nothing' 1 /usr/bin/cgprep audit --kubelet-config "$config"
mkdir -p /var/lib/kubelet
cp -p "$config" /var/lib/kubelet/config.yaml
check 'the unit starts' systemctl start cgprep.service
status 'audit: ready' 0 /usr/bin/cgprep audit --kubelet-config "$config"
judged 'ready' starts /kube.slice systemd
# The executable under all that the unit forbids (MemoryDenyWriteExecute= for one), with a repair.
check 'watch starts' systemctl start cgprep-watch.service
systemctl stop kube.slice
for _ in $(seq 100); do
  [ ! -d /sys/fs/cgroup/kube.slice ] || break
  sleep 0.2
done
judged 'watch: the stopped slice is back' starts /kube.slice systemd
note "memory of watch: $(systemctl show -P MemoryCurrent cgprep-watch.service)"
systemctl stop cgprep-watch.service
same 'watch ends well' success "$(systemctl show -P Result cgprep-watch.service)"

check 'enable' systemctl enable --quiet cgprep.service
# The example settings are edited, and the next version brings others: the edited ones stay.
echo 'logLevel: debug' >>/etc/cgprep/config.yaml
work=/dev/shm/package
dpkg-deb -R "$deb" $work
sed -i 's/^Version: .*/Version: 99.0-1/' $work/DEBIAN/control
echo '# of the next version' >>$work/etc/cgprep/config.yaml
dpkg-deb -Znone -b $work /dev/shm/next.deb >/dev/null
rm -r $work
check 'upgrade' dpkg "${all[@]}" -i --force-confdef --force-confold /dev/shm/next.deb
rm /dev/shm/next.deb
same 'upgraded' 99.0-1 "$(dpkg-query -W -f '${Version}' cgprep)"
same 'upgraded: still enabled' enabled "$(enabled)"
check 'upgraded: the edited settings are kept' grep -q '^logLevel: debug$' /etc/cgprep/config.yaml
status 'upgraded: audit, with the edited settings' 0 /usr/bin/cgprep audit --kubelet-config "$config"

check 'remove' dpkg -r cgprep
check 'removed: the program is gone' [ ! -e /usr/bin/cgprep ]
check 'removed: nothing is enabled' [ ! -e /etc/systemd/system/kubelet.service.wants/cgprep.service ]
check 'removed: nothing is masked' [ ! -L /etc/systemd/system/cgprep.service ]
check 'removed: the settings are kept' [ -e /etc/cgprep/config.yaml ]
judged 'removed: the slice runs on' starts /kube.slice systemd
check 'purge' dpkg -P cgprep
rm -r /var/lib/kubelet /etc/cgprep/config.yaml.dpkg-* 2>/dev/null
host_state >/run/after
same 'purged: the host is as before' '' "$(diff /run/before /run/after)"
forget /kube.slice
