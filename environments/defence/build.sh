#!/bin/sh
# Compiles what the defences consist of for a guest into the folder OUT: the login guard for its kernel
# of arm64, programs for 32-bit ARM, all static, and the policy of SELinux.
#
#   build.sh KERNEL_COMPILER COMPILER OUT
#
# Needs what bpf.sh does, and secilc.
set -eu

kernel_compiler=$1 compiler=$2
out=$(readlink -f "$3")
here=$(dirname "$(readlink -f "$0")")
bpf=$here/bpf.sh
[ -f "$bpf" ] || bpf=$here/../recorder/bpf.sh
# shellcheck source-path=SCRIPTDIR source=../recorder/bpf.sh
. "$bpf"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The kernel hands a hook more than it looks at.
bpf_skeleton "$here/guard.bpf.c" guard "$work" -Wno-unused-parameter
"$kernel_compiler" -static -s -O2 -Wall -Wextra -Werror -I"$work" -isystem "$work/include" \
  -o "$out/malassay-guard" "$here/guard.c"
for program in limited-shell filter entry label check; do
  "$compiler" -static -s -O2 -Wall -Wextra -Werror -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 \
    -o "$out/malassay-$program" "$here/$program.c"
done
# The filter of the web service, which is loaded into it.
"$compiler" -shared -fPIC -s -Os -Wall -Wextra -Werror -I"$here" \
  -o "$out/malassay-service-filter.so" "$here/service-filter.c"
# The policy is the newest that all kernels since 5.8 read.
secilc -c 33 -o "$out/selinux-policy" -f "$work/file-contexts" "$here/selinux.cil"
