#!/bin/sh
# Builds the project's own samples into the folder OUT: one file a sample, named after its behavior.
#
#   build.sh OUT         does nothing when OUT is up to date
#   build.sh --list      the name of every sample, what it is made of, and the compiler's options,
#                        one a line
#   build.sh --missing   the Debian packages that this machine lacks to build them, one a line
#
# No file in OUT is executable, lest somebody start one on the host. Beside OUT it keeps
# OUT.sha256 (what was built of what) and debian-SUITE/ (the programs, downloaded once).
# MALASSAY_DEBIAN_MIRROR replaces Debian's own address.
#
# Exit status: 0 built or up to date, 2 something is missing or wrong, as said on standard error.
set -eu
export LC_ALL=C

SUITE=trixie

# A sample a line: name, toolchain, source, flags.
compiled() {
  cat <<'END'
exits-0                      arm-linux-gnueabihf  exits.c  -static -DSTATUS=0
exits-1                      arm-linux-gnueabihf  exits.c  -static -DSTATUS=1
exits-124                    arm-linux-gnueabihf  exits.c  -static -DSTATUS=124
exits-127                    arm-linux-gnueabihf  exits.c  -static -DSTATUS=127
exits-137                    arm-linux-gnueabihf  exits.c  -static -DSTATUS=137
exits-139                    arm-linux-gnueabihf  exits.c  -static -DSTATUS=139
exits-255                    arm-linux-gnueabihf  exits.c  -static -DSTATUS=255
hard-float-dynamic           arm-linux-gnueabihf  hello.c
soft-float-static            arm-linux-gnueabi    hello.c  -static
static-pie                   arm-linux-gnueabihf  static-pie.c  -nostdlib -fpie -pie -Wl,--no-dynamic-linker
runs-for-ever                arm-linux-gnueabihf  runs-for-ever.c  -static
ignores-signals              arm-linux-gnueabihf  ignores-signals.c  -static
daemonizes                   arm-linux-gnueabihf  daemonizes.c  -static
segfault                     arm-linux-gnueabihf  segfault.c  -static
illegal-instruction          arm-linux-gnueabihf  illegal-instruction.c  -static
bus-error                    arm-linux-gnueabihf  bus-error.c  -static
aborts                       arm-linux-gnueabihf  aborts.c  -static
terminates-itself            arm-linux-gnueabihf  raises.c  -static -DSIGNAL=SIGTERM
kills-itself                 arm-linux-gnueabihf  raises.c  -static -DSIGNAL=SIGKILL
needs-absent-library         arm-linux-gnueabihf  needs-absent.c  -lmalassay-absent
needs-absent-symbol-version  arm-linux-gnueabihf  needs-absent.c  -lmalassay-version
needs-absent-symbol          arm-linux-gnueabihf  needs-absent.c  -Wl,-z,now -lmalassay-symbol
needs-absent-interpreter     arm-linux-gnueabi    hello.c
needs-uclibc-interpreter     arm-linux-gnueabihf  hello.c  -Wl,--dynamic-linker=/lib/ld-uClibc.so.0
aarch64-static               aarch64-linux-gnu    hello.c  -static
mips-static                  mips-linux-gnu       hello.c  -static
x86-64-static                x86_64-linux-gnu     hello.c  -static
object-file                  arm-linux-gnueabihf  hello.c  -c
forges-loader-error          arm-linux-gnueabihf  forges-loader-error.c  -static
forges-emulator-error        arm-linux-gnueabihf  forges-emulator-error.c  -static
prints-hostile-text          arm-linux-gnueabihf  prints-hostile-text.c  -static
floods-stdout                arm-linux-gnueabihf  floods-stdout.c  -static
fork-bomb                    arm-linux-gnueabihf  fork-bomb.c  -static
memory-hog                   arm-linux-gnueabihf  memory-hog.c  -static
disk-filler                  arm-linux-gnueabihf  disk-filler.c  -static
kills-everything             arm-linux-gnueabihf  kills-everything.c  -static
stops-nginx                  arm-linux-gnueabihf  stops-nginx.c  -static
changes-page                 arm-linux-gnueabihf  changes-page.c  -static
deletes-everything           arm-linux-gnueabihf  deletes-everything.c  -static
deletes-itself               arm-linux-gnueabihf  deletes-itself.c  -static
powers-off                   arm-linux-gnueabihf  reboots.c  -static -DHOW=RB_POWER_OFF
reboots                      arm-linux-gnueabihf  reboots.c  -static -DHOW=RB_AUTOBOOT
overwrites-page-in-memory    arm-linux-gnueabihf  overwrites-page-in-memory.c  -static
wipes-memory                 arm-linux-gnueabihf  wipes-memory.c  -static
floods-packets               arm-linux-gnueabihf  floods-packets.c  -static
starts-threads               arm-linux-gnueabihf  starts-threads.c  -static -pthread
asks-for-shared-memory       arm-linux-gnueabihf  asks-for-shared-memory.c  -static
talks-then-forks             arm-linux-gnueabihf  talks-then-forks.c  -static -DLEAVES(result)=((result)>0)
talks-then-forks-or-leaves   arm-linux-gnueabihf  talks-then-forks.c  -static -DLEAVES(result)=((result)!=0)
END
}

# Copied as they are, from the folder plain.
plain() {
  cat <<'END'
text-file
shell-script
needs-absent-script-interpreter
forbidden-script-interpreter
impossible-script-interpreter
empty-file
END
}

# The first bytes of exits-0: a name and a share of its size, in percent.
truncated() {
  cat <<'END'
truncated-elf         50
truncated-elf-header  0
END
}

# Programs that nobody here wrote: package, architecture, the file in it.
from_debian() {
  cat <<'END'
busybox-static  armhf  busybox
busybox-static  armel  busybox
coreutils       armhf  true
coreutils       armhf  false
coreutils       armhf  id
coreutils       armhf  ls
coreutils       armhf  uname
coreutils       armhf  date
coreutils       armhf  env
coreutils       armhf  cat
coreutils       armhf  sleep
coreutils       armel  true
coreutils       armel  ls
curl            armhf  curl
END
}

# The program comes first in the name, because busybox goes by the name that it is started under.
debian_name() {
  echo "$2-debian-$1"
}

fail() {
  echo "build.sh: $*" >&2
  exit 2
}

list() {
  compiled | while read -r name _ source options; do echo "$name $source $options"; done
  plain | while read -r name; do echo "$name plain/$name"; done
  truncated | while read -r name _; do echo "$name exits.c"; done
  from_debian | while read -r package architecture file; do
    echo "$(debian_name "$architecture" "$file") $package:$architecture"
  done
}

# What the samples are made of, as one digest.
digest() {
  (cd "$here" && sha256sum build.sh ./*.c ./*.h ./*.map plain/*) | sha256sum | cut -d ' ' -f 1
}

is_up_to_date() {
  [ -d "$out" ] && [ -f "$out.sha256" ] \
    && [ "$(head -n 1 "$out.sha256")" = "# $(digest)" ] \
    && [ "$(find "$out" -mindepth 1 | wc -l)" -eq "$(grep -vc '^#' "$out.sha256")" ] \
    && (cd "$out" && grep -v '^#' "$out.sha256" | sha256sum --check --status -)
}

# The packages of Debian and Ubuntu that hold what this machine lacks.
missing() {
  compiled | while read -r _ toolchain _; do echo "$toolchain"; done | sort -u \
    | while read -r toolchain; do
      case $(uname -m)-$toolchain in
        x86_64-x86_64-linux-gnu | aarch64-aarch64-linux-gnu | armv7l-arm-linux-gnueabihf)
          package=gcc libc=libc6-dev
          ;;
        *-arm-linux-gnueabihf) package=gcc-arm-linux-gnueabihf libc=libc6-dev-armhf-cross ;;
        *-arm-linux-gnueabi) package=gcc-arm-linux-gnueabi libc=libc6-dev-armel-cross ;;
        *-aarch64-linux-gnu) package=gcc-aarch64-linux-gnu libc=libc6-dev-arm64-cross ;;
        *-mips-linux-gnu) package=gcc-mips-linux-gnu libc=libc6-dev-mips-cross ;;
        *-x86_64-linux-gnu) package=gcc-x86-64-linux-gnu libc=libc6-dev-amd64-cross ;;
      esac
      if ! command -v "$toolchain-gcc" >/dev/null; then
        echo "$package"
        echo "$libc"
      elif [ "$("$toolchain-gcc" -print-file-name=libc.a)" = libc.a ]; then
        echo "$libc"
      fi
    done
  command -v mmdebstrap >/dev/null || echo mmdebstrap
  ls /usr/share/keyrings/debian-archive-keyring.* >/dev/null 2>&1 || echo debian-archive-keyring
}

# Fetches what comes from Debian and is not in the cache yet, by mmdebstrap: apt with settings, lists
# and state of its own, which checks Debian's signatures and runs nothing of what it unpacks.
fetch() {
  from_debian | while read -r _ architecture _; do echo "$architecture"; done | sort -u \
    | while read -r architecture; do fetch_architecture "$architecture"; done
}

fetch_architecture() {
  packages=$(from_debian | while read -r package architecture file; do
    [ "$architecture" != "$1" ] || [ -f "$cache/$(debian_name "$architecture" "$file")" ] \
      || echo "$package"
  done | sort -u | paste -s -d ,)
  [ -n "$packages" ] || return 0

  # Updates of a suite do not always arrive for every architecture at once: its main part will do.
  # shellcheck disable=SC2016 # $1 is mmdebstrap's
  mmdebstrap --quiet --variant=extract --format=tar --architectures="$1" --include="$packages" \
    --setup-hook='sed -i "/-updates\|-security/d" "$1"/etc/apt/sources.list' \
    "$SUITE" "$work/debian.tar" \
    ${MALASSAY_DEBIAN_MIRROR:+"deb $MALASSAY_DEBIAN_MIRROR $SUITE main"} >"$work/log" 2>&1 \
    || fail "Debian's packages cannot be had (${MALASSAY_DEBIAN_MIRROR:-its own archive}, $SUITE): $packages
$(grep '^[EW]:' "$work/log" | head -n 5)
The samples from Debian belong to the corpus. Connect this machine, name a mirror by
MALASSAY_DEBIAN_MIRROR, or copy the folder $cache from a machine that has it."
  mkdir -p "$cache"
  from_debian | while read -r _ architecture file; do
    if [ "$architecture" = "$1" ]; then
      name=$(debian_name "$architecture" "$file")
      tar -xOf "$work/debian.tar" "./usr/bin/$file" >"$work/$name"
      mv "$work/$name" "$cache/$name"
    fi
  done
}

# Libraries to link against that no guest has: one that is absent, and two that are not what the
# guest's own libm is, by the version of a symbol and by the symbol itself.
make_absent_libraries() {
  mkdir "$work/absent"
  make_absent_library absent libmalassay-absent.so.1
  make_absent_library version libm.so.6 -Wl,--version-script="$here/absent.map"
  make_absent_library symbol libm.so.6
}

make_absent_library() {
  name=$1 soname=$2
  shift 2
  arm-linux-gnueabihf-gcc -shared -fPIC -s -Wl,--build-id=none -Wl,-soname,"$soname" "$@" \
    -o "$work/absent/libmalassay-$name.so" "$here/absent.c"
}

# Runs as a process of its own for each line of compiled(), in the folder of the sources.
compile() {
  work=$1 name=$2 toolchain=$3 source=$4
  shift 4
  "$toolchain-gcc" -std=gnu11 -O2 -Wall -Wextra -Werror -D_FILE_OFFSET_BITS=64 \
    -s -Wl,--build-id=none -o "$work/samples/$name" "$source" -L"$work/absent" "$@"
}

build() {
  mkdir "$work/samples"
  make_absent_libraries
  compiled | (cd "$here" && xargs -L 1 -P "$(nproc)" sh ./build.sh --compile "$work") \
    || fail "a sample does not compile, see above"
  plain | while read -r name; do cp "$here/plain/$name" "$work/samples/$name"; done
  truncated | while read -r name percent; do
    size=$(wc -c <"$work/samples/exits-0")
    # 40 bytes hold the identification, but not the whole header.
    head -c $((40 + (size - 40) * percent / 100)) "$work/samples/exits-0" >"$work/samples/$name"
  done
  from_debian | while read -r _ architecture file; do
    name=$(debian_name "$architecture" "$file")
    cp "$cache/$name" "$work/samples/$name"
  done
  chmod 0644 "$work/samples"/*
  [ "$(find "$work/samples" -type f | wc -l)" -eq "$(list | wc -l)" ] \
    || fail "not every sample was made"
}

here=$(cd "$(dirname "$0")" && pwd)
case ${1-} in
  --list)
    list
    exit
    ;;
  --missing)
    missing | sort -u
    exit
    ;;
  --compile)
    shift
    compile "$@"
    exit
    ;;
  '' | -*) fail "usage: build.sh OUT | --list | --missing" ;;
esac

mkdir -p "$(dirname "$1")"
parent=$(cd "$(dirname "$1")" && pwd)
out=$parent/$(basename "$1")
cache=$parent/debian-$SUITE

exec 9>"$out.lock"
flock 9
if is_up_to_date; then
  exit 0
fi
if [ -e "$out" ] && [ ! -f "$out.sha256" ]; then
  fail "$out is there and was not made by build.sh: remove it, or name another folder"
fi
missing=$(missing | sort -u | tr '\n' ' ')
[ -z "$missing" ] || fail "to build the samples, these Debian packages are missing: $missing
Install them by adding -Dsetup to the mvn command, or with: apt-get install $missing"

work=$(mktemp -d "$parent/samples-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
fetch
build
{
  echo "# $(digest)"
  (cd "$work/samples" && sha256sum -- *)
} >"$work/sha256"
rm -rf "$out"
mv "$work/sha256" "$out.sha256"
mv "$work/samples" "$out"
