# shellcheck shell=bash
# Units that systemd does not start, in its own words, and nothing made in their stead.
# shellcheck source=test/vm/lib/cgprep.sh
. "$VM/lib/cgprep.sh"
only_on systemd

absent() { # NAME SLICE: it is under no hierarchy
  local mount found=
  for mount in $(hierarchies); do [ ! -d "$mount$2" ] || found="$found $mount$2"; done
  same "$1" '' "$found"
}

configure systemd /masked.slice
systemctl mask --runtime masked.slice
status 'masked: audit' 1 audit
status 'masked: oneshot' 71 oneshot
check 'masked: in systemds words' grep -q 'Unit masked.slice is masked' <<<"$(oneshot)"
absent 'masked: nothing is made' /masked.slice
systemctl unmask --runtime masked.slice
status 'unmasked: oneshot' 0 oneshot
forget /masked.slice

configure systemd /broken.slice
mkdir -p /run/systemd/system
printf '[Unit]\nRefuseManualStart=yes\n' >/run/systemd/system/broken.slice
systemctl daemon-reload
# On v1 the properties alone make the slice's directories, and then the kubelet would start; the refused
# start is told all the same.
got=0
oneshot >/tmp/refused.txt || got=$?
check "refused start: status $got" [ "$got" = 71 -o "$got" = 0 -a "$MODE" != unified ]
check 'refused start: in systemds words' grep -qi 'broken.slice.*refused\|refused.*manual' /tmp/refused.txt
rm /run/systemd/system/broken.slice
systemctl daemon-reload
forget /broken.slice
