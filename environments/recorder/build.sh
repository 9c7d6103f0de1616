#!/bin/sh
# Compiles the recorder for a kernel into the folder OUT: `recorder`, static, and `check`, the program
# of known calls, for 32-bit ARM.
#
#   build.sh MACHINE COMPILER CHECK_COMPILER OUT
#
# MACHINE is x86_64 or aarch64, COMPILER a C compiler for it, CHECK_COMPILER one for the programs that
# are to be recorded. Needs clang, bpftool and libbpf's headers (Debian: libbpf-dev) beside them.
set -eu
export PATH="$PATH:/usr/sbin:/sbin"

machine=$1 compiler=$2 check_compiler=$3
out=$(readlink -f "$4")
here=$(dirname "$(readlink -f "$0")")

case $machine in
  x86_64) abi=x86_64 kernel='' ;;
  aarch64) abi=arm64 kernel=-DON_ARM64 ;;
  *)
    echo "build.sh: there is no recorder for kernels of $machine" >&2
    exit 2
    ;;
esac

# Ubuntu's command wants the package of the running kernel; that of any other will do.
if ! bpftool version >/dev/null 2>&1; then
  for tool in /usr/lib/linux-tools/*/bpftool /usr/lib/linux-tools-*/bpftool; do
    if [ -x "$tool" ]; then PATH="$(dirname "$tool"):$PATH"; fi
  done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

awk -v native="$abi" -f "$here/calls.awk" "$here/calls.tbl" >"$work/calls.h"
# The headers of this machine's architecture serve both: the types in them are the same.
clang -O2 -g -mcpu=v3 -target bpf $kernel -I"/usr/include/$(uname -m)-linux-gnu" -Wall -Wextra -Werror \
  -c "$here/recorder.bpf.c" -o "$work/recorder.o"
bpftool gen skeleton -L "$work/recorder.o" name recorder >"$work/recorder.skel.h"
# A cross compiler has no libbpf's headers: they are the same for all.
mkdir "$work/include"
cp -r /usr/include/bpf "$work/include"
"$compiler" -static -s -O2 -Wall -Wextra -Werror -I"$work" -isystem "$work/include" \
  -o "$out/recorder" "$here/recorder.c"
"$check_compiler" -static -s -O2 -Wall -Wextra -Werror -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -pthread \
  -o "$out/check" "$here/check.c"
