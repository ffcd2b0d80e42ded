#!/usr/bin/env bash
# Usage: build-image.sh SUITE
# Builds what boot.sh needs of one Debian suite (root.ext4, vmlinuz, initrd) and
# prints the directory it is in. Nothing is built when it is there already: the
# directory's name has a hash of all that goes in. No mount is made on the host
# outside of mmdebstrap's own namespaces; mke2fs -d fills the file system.
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
suite=${1:?usage: build-image.sh SUITE}
cache=${CGPREP_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cgprep-vm}

# packages PREFIX: the names in packages.txt for this suite with this prefix.
packages() {
  awk -v suite="$suite" -v prefix="$1" '
    /^#/ || NF < 2 { next }
    { colon = index($1, ":"); kind = colon ? substr($1, 1, colon) : "" }
    kind == prefix && ($2 == "all" || $2 == suite) { print substr($1, length(prefix) + 1) }
  ' "$here/packages.txt"
}

# What goes into the root disk. A real kubelet wants a runtime.
contents() {
  packages ''
  [ -z "${CGPREP_KUBELET:-}" ] || packages kubelet:
}

hash=$(
  {
    echo "$suite"
    contents
    packages kernel:
    packages initrd:
    cat "$0" "$here"/image/*
  } | sha256sum | cut -c1-16
)
final=$cache/$suite-$hash
if [ -e "$final/root.ext4" ]; then
  echo "$final"
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/.build-$suite.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
log=$work/build.log
echo "build-image: $suite" >&2

# Who is not root packs and unpacks the tree under fakeroot(1), so that the
# files are root's inside the image.
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(fakeroot -i "$work/owners" -s "$work/owners" --)
touch "$work/owners"

export VM_WORK=$work
VM_DEBS="$(packages kernel: | head -n 1) $(packages initrd:)"
export VM_DEBS
# Runs outside the new root, with apt set up for its suite (mmdebstrap(1),
# HOOKS). A kernel's meta package is a name for the one that it depends on, and
# newer ones come in parts (linux-base-*, -binary-*, -modules-*).
# shellcheck disable=SC2016
fetch_debs='cd "$VM_WORK" && export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
depends() { apt-cache depends "$1" | sed -n "s/^ *Depends: \(linux-$2-.*\)/\1/p"; }
for name in $VM_DEBS; do
  for deb in "$name" $(depends "$name" image); do
    apt-get -q download "$deb" $(depends "$deb" "\(base\|binary\|modules\)") || exit 1
  done
done'
# Check-Valid-Until: a suite that is not released yet has a Release file with an
# end date, which a mirror frozen at some day has passed.
bootstrap() {
  mmdebstrap --variant=essential --include="$(contents | paste -sd,)" \
    --aptopt='Acquire::Retries "5"' \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt='force-unsafe-io' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/lib/x86_64-linux-gnu/gconv/*' \
    --customize-hook="$fetch_debs" \
    "$suite" "$work/root.tar"
}
for try in 1 2 3; do
  if bootstrap >"$log" 2>&1; then break; fi
  if [ "$try" -eq 3 ]; then
    tail -n 30 "$log" >&2
    echo "build-image: $suite: mmdebstrap failed three times" >&2
    exit 1
  fi
  sleep $((try * 5))
done

# The kernel, and the modules that find and mount the root disk.
mkdir "$work/kernel" "$work/busybox" "$work/initrd" "$work/root"
for deb in "$work"/linux-*.deb; do dpkg-deb -x "$deb" "$work/kernel"; done
dpkg-deb -x "$work"/busybox-static_*.deb "$work/busybox"
find "$work/kernel" -type f -name 'vmlinuz*' -exec cp {} "$work/vmlinuz" \;
[ -s "$work/vmlinuz" ]
# A merged /usr moved the modules (since Debian 13).
base=$work/kernel
[ -d "$base/lib/modules" ] || base=$work/kernel/usr
version=$(ls "$base/lib/modules")
# depmod(8) wants DIR/lib/modules.
depmod -b "$base" "$version"
mkdir -p "$work/initrd"/{bin,dev,proc,root,modules}
find "$work/busybox" -type f -name busybox -perm -u+x -exec cp {} "$work/initrd/bin/" \;
for module in virtio_pci virtio_blk ext4; do
  # A built-in module is printed as "builtin NAME".
  modprobe -d "$base" -S "$version" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
done | awk '!seen[$0]++' | while read -r file; do
  name=$(basename "$file")
  case $name in
    *.xz) xz -dc "$file" >"$work/initrd/modules/${name%.xz}" ;;
    *.zst) zstd -qdc "$file" >"$work/initrd/modules/${name%.zst}" ;;
    *) cp "$file" "$work/initrd/modules/$name" ;;
  esac
  echo "${name%.ko*}.ko" >>"$work/initrd/modules/order"
done
install -m 755 "$here/image/initrd-init" "$work/initrd/init"
(cd "$work/initrd" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initrd.cpio"

# The root file system.
fill_root() {
  tar -C "$work/root" -xf "$work/root.tar" --exclude='./dev/*'
  install -m 755 "$here/image/vm-job" "$here/image/vm-init" "$work/root/usr/local/sbin/"
  install -m 644 "$here/image/cgprep-vm.service" "$work/root/etc/systemd/system/"
  # A machine id of its own kind keeps systemd from its first-boot work
  # (machine-id(5)); no fstab, no getty, no timer: each is a second of boot.
  echo 5d1f7c6f0a3e4c1b8e0d2a9b3c4d5e6f >"$work/root/etc/machine-id"
  echo vm >"$work/root/etc/hostname"
  : >"$work/root/etc/fstab"
  mkdir -p "$work/root/etc/systemd/system/multi-user.target.wants" "$work/root/payload"
  ln -s ../cgprep-vm.service "$work/root/etc/systemd/system/multi-user.target.wants/"
  ln -sf /lib/systemd/system/multi-user.target "$work/root/etc/systemd/system/default.target"
  while read -r unit; do
    ln -sf /dev/null "$work/root/etc/systemd/system/$unit"
  done <"$here/image/masked-units"
  # The generators have nothing to find here, and each daemon-reload runs them
  # all again (systemd.generator(7)).
  rm -f "$work"/root/{usr/,}lib/systemd/system-generators/*
  rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/*
  size=$(du -sm "$work/root" | cut -f1)
  # Without journal: the image is only ever booted under a throw-away overlay.
  mke2fs -q -t ext4 -O ^has_journal,^metadata_csum,^resize_inode -E lazy_itable_init=1,root_owner=0:0 \
    -m 0 -d "$work/root" "$work/root.ext4" "$((size + size / 4 + 384))M"
}
export work here
"${as_root[@]}" bash -eu -c "$(declare -f fill_root); fill_root" >>"$log" 2>&1

mkdir "$work/out"
mv "$work/root.ext4" "$work/vmlinuz" "$work/build.log" "$work/out/"
mv "$work/initrd.cpio" "$work/out/initrd"
echo "$version" >"$work/out/kernel.txt"
chmod 755 "$work/out"
if ! mv -T "$work/out" "$final" 2>/dev/null; then
  # Somebody else has built the same meanwhile.
  [ -e "$final/root.ext4" ]
fi
# Images of an earlier package list, once nobody can be booting them any more.
find "$cache" -mindepth 1 -maxdepth 1 -type d -name "$suite-*" ! -path "$final" -mtime +7 -exec rm -rf {} +
echo "$final"
