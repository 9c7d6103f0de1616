#!/bin/sh
# Makes the kernels of the unikernel environments in the folder OUT, which must be there:
#
#   unikernel         with the loader: runs a static ARM program in its one address space
#   unikernel-sealed  without the loader: the server and nothing else
#
#   build-image.sh OUT [sealed | loader]     one of them, or both
#
# Beside each, KERNEL-known-calls: a program whose calls are known, which shows whether they are
# recorded.
#
# Needs gcc-arm-none-eabi, libnewlib-arm-none-eabi and, to fetch lwIP's sources once, apt-get. The
# sources are kept in the folder MALASSAY_LWIP (~/.cache/malassay/lwip unless set); if they are there
# already, no network is needed. MALASSAY_DEBIAN_MIRROR replaces Debian's own archive. The same
# sources and compiler make the same bytes. MALASSAY_SYMBOLS names a folder for the kernels with
# their symbols, for a debugger.
set -eu
export LC_ALL=C

usage() {
  echo "usage: build-image.sh OUT [sealed | loader]" >&2
  exit 2
}
fail() {
  echo "build-image.sh: $*" >&2
  exit 2
}

case $# in 1 | 2) ;; *) usage ;; esac
case ${2-both} in sealed) kernels=unikernel-sealed ;; loader) kernels=unikernel ;; both) kernels='unikernel unikernel-sealed' ;; *) usage ;; esac
[ -d "$1" ] || fail "$1 is no folder"
out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
page=$here/index.html
[ -f "$page" ] || page=$here/../service/index.html
recorder=$here
[ -f "$recorder/calls.tbl" ] || recorder=$here/../recorder
debian=$here/debian.sh
[ -f "$debian" ] || debian=$here/../debian/debian.sh
# shellcheck source-path=SCRIPTDIR source=../debian/debian.sh
. "$debian"
cc=arm-none-eabi-gcc

command -v "$cc" >/dev/null || fail "there is no $cc; install it by adding -Dsetup to the mvn command, or with: apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi"
[ -n "$(find "$("$cc" -print-sysroot)/include" /usr/include/newlib -name newlib.h 2>/dev/null)" ] \
  || fail "there is no newlib for $cc; install it by adding -Dsetup to the mvn command, or with: apt-get install libnewlib-arm-none-eabi"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

# --- lwIP -----------------------------------------------------------------------------------------
# One version for every machine, whatever Debian it has: that of Debian 12, by its digest.
lwip_suite=bookworm
lwip_version=2.1.3+dfsg1-2
lwip_archive=lwip_2.1.3+dfsg1.orig.tar.xz
lwip_digest=0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24
cache=${MALASSAY_LWIP:-${HOME:-/root}/.cache/malassay/lwip}

is_lwip() { [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$lwip_digest  -" ]; }

fetch_lwip() {
  debian_keyring >/dev/null || fail "lwIP's sources are needed, and there are no keys of Debian here: apt-get install debian-archive-keyring"
  { debian_open "$work/debian" "$lwip_suite" source && debian_get_source "lwip=$lwip_version"; } \
    || fail "lwIP $lwip_version cannot be had ($debian_mirror, $lwip_suite): $debian_reason; $debian_remedy, or put $lwip_archive into $cache"
  is_lwip "$work/debian/packages/$lwip_archive" || fail "$debian_mirror has another $lwip_archive than the one with the digest $lwip_digest"
  mkdir -p "$cache"
  cp "$work/debian/packages/$lwip_archive" "$cache/.$lwip_archive.$$"
  mv "$cache/.$lwip_archive.$$" "$cache/$lwip_archive"
}

is_lwip "$cache/$lwip_archive" || fetch_lwip
mkdir "$work/lwip"
tar -C "$work/lwip" --strip-components=1 -xf "$cache/$lwip_archive"

# --- the kernels ----------------------------------------------------------------------------------
# No floating point: so the sample's floating-point registers survive a system call untouched.
flags="-mcpu=cortex-a7 -mthumb -mfloat-abi=soft -O2 -std=gnu11 -ffreestanding -fno-common
  -ffunction-sections -fdata-sections -fno-strict-aliasing
  -fno-delete-null-pointer-checks -ffile-prefix-map=$work=. -ffile-prefix-map=$here=."
ours="-Wall -Wextra -Werror -Wno-unused-parameter"
server='boot.S page_bytes.S main.c blob.c clock.c console.c dtb.c http.c interrupt.c mmu.c net.c page.c recording.c run.c vfs.c virtio_net.c'
sealed='sealed.c'
known='known_calls.c'
loader=$(cd "$here" && for file in *.[cS]; do case " $server $sealed $known " in *" $file "*) ;; *) echo "$file" ;; esac; done | sort)
lwip='core/def core/inet_chksum core/init core/ip core/mem core/memp core/netif core/pbuf core/raw
  core/stats core/tcp core/tcp_in core/tcp_out core/timeouts core/udp core/ipv4/etharp core/ipv4/icmp
  core/ipv4/ip4 core/ipv4/ip4_addr core/ipv4/ip4_frag netif/ethernet apps/http/httpd'

mkdir "$work/include" "$work/include/arch" "$work/include/linux"
cp "$here/lwip_cc.h" "$work/include/arch/cc.h"
cp "$here/linux_types.h" "$work/include/linux/types.h"
awk -v native=arm -f "$recorder/calls.awk" "$recorder/calls.tbl" >"$work/include/recorded_calls.h" || fail "calls.tbl is not understood"
cp "$page" "$work/include/index.html"
# Headers of other rooms lie beside these sources where a recipe laid them, else in folders of their
# own: never looked for above a recipe's folder, which may be /tmp.
shared="-I$here"
[ -f "$here/frames.h" ] || shared="$shared -I$here/../arm -I$here/../agent -I$here/../recorder"
includes="$shared -I$work/include -I$work/lwip/src/include -Wa,-I$work/include"

# compile FLAGS SOURCE...: into the folder we are in
compile() {
  more=$1
  shift
  # shellcheck disable=SC2086 # flags are many words
  "$cc" $flags $includes $more -c "$@" || fail "the kernel does not compile"
}
mkdir "$work/objects"
cd "$work/objects"
# shellcheck disable=SC2046,SC2086 # no name has a blank
compile -w $(printf "$work/lwip/src/%s.c " $lwip)
mkdir "$work/server"
cd "$work/server"
# shellcheck disable=SC2046,SC2086
compile "$ours" $(printf "$here/%s " $server)
for kernel in $kernels; do
  mkdir "$work/$kernel"
  cd "$work/$kernel"
  case $kernel in
    unikernel-sealed) sources=$sealed ;;
    *) sources=$loader ;;
  esac
  # The code of system calls is large, and little of it runs often: made small.
  # shellcheck disable=SC2046,SC2086
  compile "$ours -Os" $(printf "$here/%s " $sources)
  # shellcheck disable=SC2086
  "$cc" $flags -nostartfiles -Wl,-T,"$here/kernel.ld" -Wl,--gc-sections -Wl,--build-id=none \
    -Wl,-z,noexecstack -o "$work/$kernel.elf" "$work/$kernel"/*.o "$work/server"/*.o "$work/objects"/*.o -lc -lgcc || fail "$kernel does not link"
  arm-none-eabi-objcopy -O binary "$work/$kernel.elf" "$out/$kernel"
  chmod 644 "$out/$kernel"
  if [ -n "${MALASSAY_SYMBOLS-}" ]; then cp "$work/$kernel.elf" "$MALASSAY_SYMBOLS/"; fi
  # shellcheck disable=SC2086 # a static program of Linux, without a library
  "$cc" -mcpu=cortex-a7 -marm -mfloat-abi=soft -O1 -ffreestanding -nostdlib -static -ffile-prefix-map="$here"=. $ours \
    -Wl,--build-id=none -Wl,-z,noexecstack -o "$out/$kernel-known-calls" "$here/$known" || fail "$known does not compile"
  chmod 644 "$out/$kernel-known-calls"
done
