#!/bin/sh
# Runs the checks of the shim in the unikernel and in the Linux that is the cross-check, and shows
# where the two differ. Each check is a program that prints what its system calls returned.
#
#   run.sh UNIKERNEL LINUX [CHECK...]      such as run.sh out/unikernel linux/kernel files signals
#
# A check has a minute, for Linux on a busy host; TRY_TIME changes that (ms).
# Needs qemu-system-arm, curl, and the cross compilers for armhf and armel. Exit status: 0 when they
# say the same, 1 when not.
set -eu
export LC_ALL=C TRY_TIME="${TRY_TIME:-60000}"

[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
unikernel=$1 linux=$2
shift 2
here=$(dirname "$(readlink -f "$0")")
# shellcheck disable=SC2046 # no name has a blank
[ $# -gt 0 ] || set -- $(cd "$here" && for source in *.c *.S; do [ ! -f "$source" ] || echo "${source%.*}"; done)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

differ=0
for check; do
  program=$work/$check
  if [ -f "$here/$check.S" ]; then
    arm-linux-gnueabi-gcc -marm -nostdlib -static -o "$program" "$here/$check.S"
  else
    arm-linux-gnueabihf-gcc -O1 -Wall -Werror -static -pthread -o "$program" "$here/$check.c" -lm
  fi
  for kernel in "$unikernel" "$linux"; do
    "$here/../try.sh" "$kernel" "$program" 2>/dev/null | sed -n '/^--- refused/,/^exited\|^signalled\|^stopped\|^refused/{/^--- refused/d;/^exited\|^signalled\|^stopped\|^refused/!d;};s/\(exited\|signalled\|stopped\|refused\) \([0-9]*\),.*/\1 \2/;/^--- /q;p' \
      >"$work/said.$([ "$kernel" = "$linux" ] && echo linux || echo unikernel)"
  done
  if diff -u --label linux --label unikernel "$work/said.linux" "$work/said.unikernel"; then
    echo "$check: the same $(wc -l <"$work/said.linux") lines"
  else
    differ=1
  fi
done
exit "$differ"
