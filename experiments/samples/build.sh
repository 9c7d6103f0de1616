#!/bin/sh
# Builds the project's own samples into the folder OUT: one file a sample, named after its behavior.
#
#   build.sh OUT         does nothing when OUT is up to date
#   build.sh --list      the name of every sample, what it is made of, and the compiler's options,
#                        one a line
#   build.sh --missing   the Debian packages that this machine lacks to build them, one a line
#
# No file in OUT is executable, lest somebody start one on the host. Beside OUT it keeps
# OUT.sha256 (what was built of what), OUT.left-out (the samples that Debian's archive does not give
# now, each with the reason; they are asked for again the next time) and
# debian-SUITE/ (the programs, downloaded once).
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
forges-emulator-abort        arm-linux-gnueabihf  forges-emulator-abort.c  -static
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
starts-300-threads           arm-linux-gnueabihf  starts-many.c  -static -pthread -DTHREADS -DCOUNT=300
starts-200-processes         arm-linux-gnueabihf  starts-many.c  -static -pthread -DCOUNT=200
takes-disk-hidden            arm-linux-gnueabihf  takes-disk.c  -static -DHIDDEN
takes-disk-by-folders        arm-linux-gnueabihf  takes-disk.c  -static -DFOLDERS
takes-disk-by-long-path      arm-linux-gnueabihf  takes-disk.c  -static -DLONG_PATH
nests-folders                arm-linux-gnueabihf  nests-folders.c  -static
stops-its-parent             arm-linux-gnueabihf  attacks-its-parent.c  -static -DATTACK=stop
limits-its-parent            arm-linux-gnueabihf  attacks-its-parent.c  -static -DATTACK=limit
forges-its-end               arm-linux-gnueabihf  attacks-its-parent.c  -static -DATTACK=forge
asks-for-shared-memory       arm-linux-gnueabihf  asks-for-shared-memory.c  -static
killed-by-its-child          arm-linux-gnueabihf  outlived.c  -static -DKILLED=1
fails-before-its-child       arm-linux-gnueabihf  outlived.c  -static -DKILLED=0
asks-for-its-interpreter     arm-linux-gnueabihf  asks-for-its-interpreter.c  -static -nostdlib
executes-its-data            arm-linux-gnueabihf  executes-its-data.S  -static -nostdlib
moves-words-at-odd-address   arm-linux-gnueabihf  moves-words-at-odd-address.S  -static -nostdlib
talks-then-forks             arm-linux-gnueabihf  talks-then-forks.c  -static -DLEAVES(result)=((result)>0)
talks-then-forks-or-leaves   arm-linux-gnueabihf  talks-then-forks.c  -static -DLEAVES(result)=((result)!=0)
renames-itself               arm-linux-gnueabihf  hides.c  -static -DACT=renames_itself
hides-by-mount               arm-linux-gnueabihf  hides.c  -static -DACT=hides_by_mount
preloads-library             arm-linux-gnueabihf  hides.c  -static -DACT=preloads_library
runs-from-memory             arm-linux-gnueabihf  hides.c  -static -DACT=runs_from_memory
clears-traces                arm-linux-gnueabihf  hides.c  -static -DACT=clears_traces
looks-for-sandbox            arm-linux-gnueabihf  hides.c  -static -DACT=looks_for_sandbox
asks-to-be-traced            arm-linux-gnueabihf  hides.c  -static -DACT=asks_to_be_traced
lists-processes              arm-linux-gnueabihf  hides.c  -static -DACT=lists_processes
persists-by-cron             arm-linux-gnueabihf  stays.c  -static -DACT=persists_by_cron
persists-by-init             arm-linux-gnueabihf  stays.c  -static -DACT=persists_by_init
persists-by-rc-local         arm-linux-gnueabihf  stays.c  -static -DACT=persists_by_rc_local
persists-by-systemd          arm-linux-gnueabihf  stays.c  -static -DACT=persists_by_systemd
persists-by-profile          arm-linux-gnueabihf  stays.c  -static -DACT=persists_by_profile
adds-login-key               arm-linux-gnueabihf  stays.c  -static -DACT=adds_login_key
adds-account                 arm-linux-gnueabihf  stays.c  -static -DACT=adds_account
outlives-others              arm-linux-gnueabihf  hides.c  -static -DACT=outlives_others
makes-hidden-program         arm-linux-gnueabihf  hides.c  -static -DACT=makes_hidden_program
persists-by-udev             arm-linux-gnueabihf  stays.c  -static -DACT=persists_by_udev
adds-program                 arm-linux-gnueabihf  stays.c  -static -DACT=adds_program
gives-owners-rights          arm-linux-gnueabihf  stays.c  -static -DACT=gives_owners_rights
greets-mail-server           arm-linux-gnueabihf  contacts.c  -static -DACT=greets_mail_server
tries-logins                 arm-linux-gnueabihf  contacts.c  -static -DACT=tries_logins
posts-to-router              arm-linux-gnueabihf  contacts.c  -static -DACT=posts_to_router
takes-port                   arm-linux-gnueabihf  contacts.c  -static -DACT=takes_port
fetches-by-wget              arm-linux-gnueabihf  takes-over.c  -static -DACT=fetches_by_wget
overwrites-by-dd             arm-linux-gnueabihf  takes-over.c  -static -DACT=overwrites_by_dd
removes-files                arm-linux-gnueabihf  takes-over.c  -static -DACT=removes_files
stops-service                arm-linux-gnueabihf  takes-over.c  -static -DACT=stops_service
opens-passwords              arm-linux-gnueabihf  takes-over.c  -static -DACT=opens_passwords
opens-keys                   arm-linux-gnueabihf  takes-over.c  -static -DACT=opens_keys
contacts-server              arm-linux-gnueabihf  contacts.c  -static -DACT=contacts_server
asks-for-name                arm-linux-gnueabihf  contacts.c  -static -DACT=asks_for_name
downloads-and-runs           arm-linux-gnueabihf  contacts.c  -static -DACT=downloads_and_runs
opens-raw-sockets            arm-linux-gnueabihf  contacts.c  -static -DACT=opens_raw_sockets
listens                      arm-linux-gnueabihf  contacts.c  -static -DACT=listens
asks-for-mining-work         arm-linux-gnueabihf  contacts.c  -static -DACT=asks_for_mining_work
kills-competitor             arm-linux-gnueabihf  takes-over.c  -static -DACT=kills_competitor
stops-watchdog               arm-linux-gnueabihf  takes-over.c  -static -DACT=stops_watchdog
drops-and-runs               arm-linux-gnueabihf  takes-over.c  -static -DACT=drops_and_runs
opens-files-to-all           arm-linux-gnueabihf  takes-over.c  -static -DACT=opens_files_to_all
writes-to-flash              arm-linux-gnueabihf  takes-over.c  -static -DACT=writes_to_flash
encrypts-files               arm-linux-gnueabihf  takes-over.c  -static -DACT=encrypts_files
loads-module                 arm-linux-gnueabihf  takes-over.c  -static -DACT=loads_module
changes-firewall             arm-linux-gnueabihf  takes-over.c  -static -DACT=changes_firewall
changes-name-server          arm-linux-gnueabihf  takes-over.c  -static -DACT=changes_name_server
opens-io-uring               arm-linux-gnueabihf  takes-over.c  -static -DACT=opens_io_uring
makes-10000-calls            arm-linux-gnueabihf  makes-calls.c  -static -DCALLS=10000
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

# Copies of others with a few bytes changed: name, original, offset, and the bytes in printf's notation.
# An AppImage's mark where e_ident has padding, EI_CLASS, e_shoff.
odd() {
  cat <<'END'
odd-padding   exits-0   8   AI\002
odd-class     exits-0   4   \002
odd-sections  segfault  32  \360\377\377\177
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
  odd | while read -r name of _; do echo "$name $of.c"; done | sed 's/exits-0/exits/'
  from_debian | while read -r package architecture file; do
    echo "$(debian_name "$architecture" "$file") $package:$architecture"
  done
}

# One digest of all that the samples are made of.
digest() {
  (cd "$here" && sha256sum build.sh ./*.c ./*.S ./*.h ./*.map plain/*) | sha256sum | cut -d ' ' -f 1
}

is_up_to_date() {
  [ -d "$out" ] && [ -f "$out.sha256" ] \
    && [ "$(head -n 1 "$out.sha256")" = "# $(digest)" ] \
    && [ "$(find "$out" -mindepth 1 | wc -l)" -eq "$(grep -vc '^#' "$out.sha256")" ] \
    && (cd "$out" && grep -v '^#' "$out.sha256" | sha256sum --check --status -)
}

is_left_out_as_before() {
  cut -d ' ' -f 1 "$out.left-out" | sort >"$work/before"
  cut -d ' ' -f 1 "$work/left-out" | sort | cmp -s - "$work/before"
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
  command -v apt-get >/dev/null || echo apt
  command -v dpkg-deb >/dev/null || echo dpkg
  debian_keyring >/dev/null || echo debian-archive-keyring
}

# Fetches what comes from Debian and is not in the cache yet, each package by itself: nothing that
# it depends on is asked for.
fetch() {
  mkdir -p "$cache"
  : >"$work/left-out"
  closed=''
  for architecture in $(lacking | cut -d ' ' -f 2 | sort -u); do
    case $closed in
      */InRelease*) ;; # of the whole archive, so no other architecture opens it
      *)
        closed=''
        debian_open "$work/debian-$architecture" "$SUITE" "$architecture" || closed=$debian_reason
        ;;
    esac
    lacking | while read -r package its_architecture _; do
      [ "$its_architecture" != "$architecture" ] || echo "$package"
    done | sort -u | while read -r package; do
      if [ -z "$closed" ] && debian_get "$package"; then
        unpack "$package" "$architecture"
      else
        leave_out "$package" "$architecture" "${closed:-$debian_reason}"
      fi
    done
  done
}

# Lists what is not in the cache, as from_debian does but with one space between words.
lacking() {
  from_debian | while read -r package architecture file; do
    [ -f "$cache/$(debian_name "$architecture" "$file")" ] || echo "$package $architecture $file"
  done
}

# The programs of a package that are not in the cache.
lacking_of() {
  lacking | while read -r package architecture file; do
    [ "$package $architecture" != "$1 $2" ] || echo "$file"
  done
}

unpack() {
  lacking_of "$1" "$2" | while read -r file; do
    if dpkg-deb --fsys-tarfile "$debian_file" | tar -xO "./usr/bin/$file" >"$work/$file"; then
      mv "$work/$file" "$cache/$(debian_name "$2" "$file")"
    fi
  done
  leave_out "$1" "$2" "$1:$2: $(basename "$debian_file") does not hold it"
}

leave_out() {
  lacking_of "$1" "$2" | while read -r file; do
    echo "$(debian_name "$2" "$file") $3" >>"$work/left-out"
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
  odd | while read -r name of at bytes; do
    cp "$work/samples/$of" "$work/samples/$name"
    # shellcheck disable=SC2059 # the format is the bytes
    printf "$bytes" | dd of="$work/samples/$name" bs=1 seek="$at" conv=notrunc status=none
  done
  from_debian | while read -r _ architecture file; do
    name=$(debian_name "$architecture" "$file")
    [ ! -f "$cache/$name" ] || cp "$cache/$name" "$work/samples/$name"
  done
  chmod 0644 "$work/samples"/*
  [ $(($(find "$work/samples" -type f | wc -l) + $(wc -l <"$work/left-out"))) -eq "$(list | wc -l)" ] \
    || fail "not every sample was made"
}

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../environments/debian/debian.sh
. "$here/../../environments/debian/debian.sh"
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
if is_up_to_date && [ ! -s "$out.left-out" ]; then
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
if ! is_up_to_date || ! is_left_out_as_before; then
  build
  {
    echo "# $(digest)"
    (cd "$work/samples" && sha256sum -- *)
  } >"$work/sha256"
  rm -rf "$out"
  mv "$work/sha256" "$out.sha256"
  mv "$work/samples" "$out"
fi
mv "$work/left-out" "$out.left-out"
