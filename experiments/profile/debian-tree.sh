#!/bin/sh
# Unpacks packages of Debian 13 for armhf, as files to be read:
#
#   debian-tree.sh OUT PACKAGE...
#
# Nothing of them is run. Does nothing where OUT is there.
# Exit status: 0 made, 2 the archive does not give the packages, as said on standard error.
set -eu
export LC_ALL=C

out=$1
shift
if [ -d "$out" ]; then exit; fi
mkdir -p "$(dirname "$out")"
work=$(mktemp -d)
trap 'rm -rf "$work" "$out.unfinished"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck source-path=SCRIPTDIR source=../../environments/debian/debian.sh
. "$(dirname "$0")/../../environments/debian/debian.sh"

if ! debian_open "$work/apt" trixie armhf || ! debian_get "$@"; then
  echo "Debian's packages cannot be had ($debian_mirror): $debian_reason; $debian_remedy" >&2
  exit 2
fi
mkdir -p "$out.unfinished"
for package in "$work"/apt/packages/*.deb; do dpkg-deb -x "$package" "$out.unfinished"; done
mv "$out.unfinished" "$out"
