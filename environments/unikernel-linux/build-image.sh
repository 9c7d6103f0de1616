#!/bin/sh
# Makes the image of the unikernel-linux environment in the folder OUT, which must be there and empty:
#
#   kernel               a Linux, the web server that is its first process, and the page: all that boots
#   kernel-version       of Debian's source that it was built from
#
#   build-image.sh OUT
#
# Takes minutes. Two builds from one source, by one compiler, give the same bytes.
# Needs Debian's linux-source, the cross compiler for armhf, and what a kernel is built with: make, gcc, bc, flex,
# bison and xz. Need not be root. Beside it stand kernel.config, initramfs.list, init.c, the
# parts of the agent and index.html.
# MALASSAY_LINUX_SOURCE names another archive of the kernel's source.
#
# Exit status: 0 built, 2 something is missing or wrong, as said on standard error.
set -eu
export LC_ALL=C TZ=UTC

fail() {
  echo "build-image.sh: $*" >&2
  exit 2
}

[ $# = 1 ] || fail "usage: build-image.sh OUT"
[ -d "$1" ] || fail "$1 is no folder: make it first"
out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")

target=arm-linux-gnueabihf
packages="linux-source make gcc bc flex bison xz-utils gcc-$target libc6-dev-armhf-cross"
as_said="Install what is missing by adding -Dsetup to the mvn command, or with: apt-get install --no-install-recommends $packages"

for program in make gcc bc flex bison xz "$target-gcc"; do
  command -v "$program" >/dev/null || fail "missing: $program
$as_said"
done
# The newest, as numbers go; Debian's package is named after its first two numbers.
source=${MALASSAY_LINUX_SOURCE:-$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.xz' | sort -V | tail -n 1)}
[ -n "$source" ] || fail "missing: the kernel's source, /usr/src/linux-source-*.tar.xz
$as_said"
[ -r "$source" ] || fail "$source cannot be read"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

# --- what stands in it ------------------------------------------------------------------------------
# Half of the source is drivers for graphics and sound, and of these only the lists are needed.
mkdir "$work/linux" "$work/linux/guest"
tar -C "$work/linux" --strip-components=1 --no-same-owner -xJf "$source" \
  --exclude='*/drivers/gpu/*.[ch]' --exclude='*/sound/*.[ch]' ||
  fail "$source cannot be unpacked: it is broken, or ${TMPDIR:-/tmp} lacks the 1.5 GB that it needs"
cd "$work/linux"
[ -f arch/arm/Kconfig ] || fail "$source holds no Linux for ARM"
cp "$here/kernel.config" "$here/initramfs.list" .
# Linux 6.2 and 6.10 do without these questions, and give the same answers.
for question in RANDOM_TRUST_BOOTLOADER BASE_FULL; do
  if grep -qx "config $question" init/Kconfig drivers/char/Kconfig; then
    echo "CONFIG_$question=y" >>kernel.config
  fi
done
cp "$here/index.html" guest/index.html
echo 'Everything in this guest of Malassay may be destroyed.' >guest/marker
echo 'root:x:0:0:root:/root:/bin/sh' >guest/passwd
echo 'root:x:0:' >guest/group
echo '127.0.0.1 localhost malassay-guest' >guest/hosts
echo 'malassay-guest' >guest/hostname
(cd "$here" && "$target-gcc" -static -s -Os -Wall -Wextra -Wno-unused-function -DAGENT_IN_SERVICE \
  -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -ffunction-sections -fdata-sections -Wl,--gc-sections \
  -Wl,--build-id=none -o "$work/linux/guest/init" \
  init.c agent.c commands.c count.c file.c probe.c sample.c service.c spawn.c tell.c) ||
  fail "the server does not compile, see above"
touch -d @0 guest/* # their times go in

# --- the kernel -------------------------------------------------------------------------------------
# Nothing of this machine, of this day or of this folder goes in.
export ARCH=arm CROSS_COMPILE=$target-
export KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC' SOURCE_DATE_EPOCH=0
export KBUILD_BUILD_USER=malassay KBUILD_BUILD_HOST=malassay KBUILD_BUILD_VERSION=1
unset MAKEFLAGS KBUILD_OUTPUT KCONFIG_CONFIG LOCALVERSION
make -s KCONFIG_ALLCONFIG=kernel.config allnoconfig >&2 || fail "the kernel cannot be configured, see above"
lacking=$(grep '^CONFIG_' kernel.config | grep -vxFf .config) || true
[ -z "$lacking" ] || fail "$source does not do what kernel.config asks for:
$lacking"
make -s -j "$(nproc)" zImage >&2 || fail "the kernel does not compile, see above"

cp arch/arm/boot/zImage "$out/kernel"
make -s kernelrelease >"$out/kernel-version"
