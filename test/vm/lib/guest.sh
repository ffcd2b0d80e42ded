# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153
# What a scenario in guest/*.sh may use. Sourced by job.sh. Set for it:
#   CELL   name of the machine in run.sh's table     MODE  legacy hybrid unified
#   INIT   systemd or bare                           STAGE start, or reboot_to's word
#   VM     this folder   STATE  a folder that lives through reboots
# The executable, or a script that runs dist under node.
PROGRAM=/payload/cgprep

# ok NAME / not_ok NAME DETAIL / skip NAME REASON: one check each, told at once.
ok() { echo "ok $NAME: $1" >&9; }
# A detail of many lines is cut on the check's line and follows in full.
not_ok() {
  local line
  line=$(printf '%s' "${2:-}" | tr -s '\n ' ' ')
  echo "not ok $NAME: $1 # ${line:0:300}" >&9
  [ "${#line}" -le 300 ] || note "$2"
}
skip() { echo "ok $NAME: $1 # SKIP ${2:-}" >&9; }

# note TEXT, or a command's output: comments in the results.
note() {
  if [ $# -gt 0 ]; then printf '%s\n' "$*"; else cat; fi | sed 's/^/# /' >&9
}

# only_on WORD...: leave unless every word is the mode, the init, or "v1".
only_on() {
  local word
  for word; do
    case $word in
      "$MODE" | "$INIT") ;;
      v1) [ "$MODE" != unified ] || exit 0 ;;
      *) exit 0 ;;
    esac
  done
}

# check NAME COMMAND...: ok when the command succeeds; else with its output.
check() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "exit status $?: $said"; fi
}

# same NAME WANTED GOT
same() {
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted '$2', got '$3'"; fi
}

# judged NAME starts|refuses PATH DRIVER: asks judge.sh.
judged() {
  local said
  said=$("$VM/judge.sh" "$3" "$4" 2>&1) || true
  case $said in
    "$2"*) ok "$1" ;;
    *) not_ok "$1" "wanted $2, the judge says: $said" ;;
  esac
}

# reboot_to STAGE: ends the script here; after a reboot it runs again from its
# top with STAGE set to this word.
reboot_to() {
  echo "$1" >"$STATE/next"
  exit 0
}
