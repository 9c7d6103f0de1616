#!/bin/sh
# Fetches libraries from Debian's archive, for guests that lack them, into the folder OUT:
#
#   fetch.sh OUT ARCHITECTURE SUITE PACKAGE...
#
# OUT/libraries.tar has the shared objects of the packages where the packages have them, links
# included, and OUT/packages a line for each: its path and the package with its version. Nothing is
# installed here, and nothing of the packages is run.
# Exit status: 0 fetched, 2 the archive does not give them, as said on standard error.
set -eu
export LC_ALL=C

out=$(readlink -f "$1")
architecture=$2
suite=$3
shift 3
here=$(dirname "$(readlink -f "$0")")
debian=$here/debian.sh
[ -f "$debian" ] || debian=$here/../debian/debian.sh
# shellcheck source-path=SCRIPTDIR source=../debian/debian.sh
. "$debian"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

die() {
  echo "Debian's libraries for $architecture cannot be had ($debian_mirror, $suite): $1; $debian_remedy," \
    "or give folders of yours alone by -Dlibraries.from=DIR" >&2
  exit 2
}

debian_keyring >/dev/null || die 'there is no keyring of its keys here; install debian-archive-keyring'
debian_open "$work/apt" "$suite" "$architecture" || die "$debian_reason"
mkdir "$work/all"
: >"$out/packages"
debian_get "$@" || die "$debian_reason"
for package; do
  debian_find "$package"
  mkdir "$work/one"
  dpkg-deb -x "$debian_file" "$work/one"
  name="$package:$architecture $(dpkg-deb -f "$debian_file" Version)"
  (
    cd "$work/one"
    # Those that loaders look for: not the modules of a library, which lie deeper.
    for folder in lib lib/*-* usr/lib usr/lib/*-*; do
      if [ ! -d "$folder" ] || [ -L "$folder" ]; then continue; fi
      find "$folder" -maxdepth 1 -name '*.so*' \( -type f -o -type l \) -print
    done | while read -r file; do
      mkdir -p "$work/all/$(dirname "$file")"
      cp -P "$file" "$work/all/$file"
      printf '/%s\t%s\n' "$file" "$name" >>"$out/packages"
    done
  )
  rm -rf "$work/one"
done
tar -C "$work/all" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$out/libraries.tar" .
