#!/bin/sh
# Makes the login sessions of this folder in the folder OUT, which is emptied; those of each group in
# a folder of its own.
#
#   build.sh OUT [--protocol PROTOCOL] [GROUP]...
#
# The groups are infections, administration, bypasses; without one: infections. PROTOCOL, telnet
# unless it is ssh, is the login's by which all of them are typed.
#
# In infections, what a line
#
#   @echo WIDTH FILE
#
# stands for is typed as bots do: a harmless program (payload.S), WIDTH bytes a line, by echo.
# Bypasses are one session for each name that the program has (environments/defence/suite).
#
# Infections need the cross compiler for armhf. Exit status: 0 built, 2 something is missing or wrong.
set -eu
export LC_ALL=C

out=$1
shift
protocol=telnet
if [ "${1-}" = --protocol ]; then
  protocol=$2
  shift 2
fi
[ $# -gt 0 ] || set -- infections
here=$(dirname "$(readlink -f "$0")")
suite=$here/../../environments/defence/suite

infections() {
  command -v arm-linux-gnueabihf-gcc >/dev/null || {
    echo "the sessions' program needs gcc-arm-linux-gnueabihf: -Dsetup installs it" >&2
    exit 2
  }
  # Read-only data and code apart: what is writable and executable at once dies under SELinux.
  arm-linux-gnueabihf-gcc -nostdlib -static -s -Wl,-z,noexecstack -Wl,--build-id=none \
    -Wl,-z,max-page-size=256 -o "$work/payload" "$here/payload.S"
  od -An -v -tx1 "$work/payload" | tr -d ' \n' >"$work/payload.hex"
  for session in "$here"/infections/*.session; do
    awk -v hex="$(cat "$work/payload.hex")" '
      $1 == "@echo" {
        redirection = ">"
        for (at = 1; at <= length(hex); at += 2 * $2) {
          bytes = substr(hex, at, 2 * $2)
          gsub(/../, "\\x&", bytes)
          print "echo -ne \x27" bytes "\x27 " redirection " " $3
          redirection = ">>"
        }
        next
      }
      { print }' "$session" >"$out/infections/$(basename "$session")"
  done
}

administration() { cp "$here"/administration/*.session "$out/administration"; }

bypasses() {
  cat "$suite/permission.c" "$suite/content.c" "$suite/shells.c" "$suite/membership.c" "$suite/guards.c" |
    sed -n 's/^    {"\([a-z0-9-]*\)", "\(.*\)", [a-z0-9_]*},$/\1 \2/p' |
    while read -r name what; do
      printf '#!/usr/local/sbin/malassay-login\n# what: %s\n# commands:\n/usr/local/lib/malassay/bypass %s\nexit\n' \
        "$what" "$name" >"$out/bypasses/$name.session"
    done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$out"
for group; do
  mkdir -p "$out/$group"
  case $group in
    infections | administration | bypasses) "$group" ;;
    *)
      echo "there are no sessions of the group $group, but infections, administration and bypasses" >&2
      exit 2
      ;;
  esac
done
find "$out" -name '*.session' -exec sed -i "1a # protocol: $protocol" {} +
