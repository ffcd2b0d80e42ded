#!/usr/bin/env bash
# `npm run test:reproducible`: builds this commit's executables in two other directories and compares them.
set -eu -o pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
for directory in "$work/one" "$work/another/much/deeper"; do
  mkdir -p "$directory"
  git archive HEAD | tar -x -C "$directory"
  # The tools of the build as they are installed here: the lockfile has pinned them.
  cp -al node_modules "$directory/"
  (cd "$directory" && npm run --silent build:bin >/dev/null)
done
cd "$work/one/dist"
for file in cgprep-linux-x64 cgprep-linux-arm64 cgprep-linux-THIRD-PARTY-LICENSES.txt; do
  cmp "$file" "$work/another/much/deeper/dist/$file"
  sha256sum "$file"
done
