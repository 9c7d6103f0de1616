#!/bin/sh
# Makes what the suites of bypasses and of administration consist of in a guest, in the folder OUT.
# Needs the cross compiler for armhf.
#
#   build.sh OUT
set -eu
export LC_ALL=C

out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
cd "$here"

# Linked to fixed addresses, as one process writes to another's memory (bypass.h).
program() { # PROGRAM SOURCE...
  program=$1
  shift
  arm-linux-gnueabihf-gcc -static -no-pie -s -O2 -Wall -Wextra -D_FILE_OFFSET_BITS=64 \
    -D_TIME_BITS=64 "-Wa,-I$out" -o "$out/$program" "$@"
}

# What ends with a status, and does nothing else.
ends_with() { # STATUS FILE
  arm-linux-gnueabihf-gcc -nostdlib -static -s "-DSTATUS=$1" -Wl,-z,noexecstack \
    -Wl,--build-id=none -Wl,-z,max-page-size=4096 -o "$2" payload.S
}

ends_with 7 "$out/payload"
arm-linux-gnueabihf-gcc -nostdlib -shared -fPIC -s -O2 -fno-builtin -fno-stack-protector -Wall -Wextra \
  -Wl,-z,noexecstack -o "$out/preload" preload.c
program bypass bypass.c permission.c content.c shells.c membership.c guards.c effect.c proof.c
mkdir -p "$out/targets"
for target in proof cp open-write truncate hardlink-write symlink-write rename-write proc-fd-write \
  pidfd-getfd; do
  ends_with 0 "$out/targets/$target"
done
