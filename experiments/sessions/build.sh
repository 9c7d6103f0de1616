#!/bin/sh
# Makes the login sessions of this folder in the folder OUT, which is emptied: what a line
#
#   @echo WIDTH FILE
#
# stands for is typed as bots do: a harmless program (payload.S), WIDTH bytes a line, by echo.
#
#   build.sh OUT
#
# Needs the cross compiler for armhf. Exit status: 0 built, 2 something is missing.
set -eu
export LC_ALL=C

out=$1
here=$(dirname "$(readlink -f "$0")")
command -v arm-linux-gnueabihf-gcc >/dev/null || {
  echo "the sessions' program needs gcc-arm-linux-gnueabihf: -Dsetup installs it" >&2
  exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Read-only data and code apart: what is writable and executable at once dies under SELinux.
arm-linux-gnueabihf-gcc -nostdlib -static -s -Wl,-z,noexecstack -Wl,--build-id=none \
  -Wl,-z,max-page-size=256 -o "$work/payload" "$here/payload.S"
od -An -v -tx1 "$work/payload" | tr -d ' \n' >"$work/payload.hex"

rm -rf "$out"
mkdir -p "$out"
for session in "$here"/*.session; do
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
    { print }' "$session" >"$out/$(basename "$session")"
done
