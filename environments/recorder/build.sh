#!/bin/sh
# Compiles the recorder for a kernel into the folder OUT: `recorder`, static, and `check`, the program
# of known calls, for 32-bit ARM.
#
#   build.sh MACHINE COMPILER CHECK_COMPILER OUT
#
# MACHINE is x86_64 or aarch64, COMPILER a C compiler for it, CHECK_COMPILER one for the programs that
# are to be recorded. Needs clang, bpftool and libbpf's headers (Debian: libbpf-dev) beside them.
set -eu

machine=$1 compiler=$2 check_compiler=$3
out=$(readlink -f "$4")
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=bpf.sh
. "$here/bpf.sh"

case $machine in
  x86_64) abi=x86_64 kernel='' ;;
  aarch64) abi=arm64 kernel=-DON_ARM64 ;;
  *)
    echo "build.sh: there is no recorder for kernels of $machine" >&2
    exit 2
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

awk -v native="$abi" -f "$here/calls.awk" "$here/calls.tbl" >"$work/calls.h"
# shellcheck disable=SC2086 # an option or none
bpf_skeleton "$here/recorder.bpf.c" recorder "$work" $kernel
"$compiler" -static -s -O2 -Wall -Wextra -Werror -I"$work" -isystem "$work/include" \
  -o "$out/recorder" "$here/recorder.c"
"$check_compiler" -static -s -O2 -Wall -Wextra -Werror -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -pthread \
  -o "$out/check" "$here/check.c"
