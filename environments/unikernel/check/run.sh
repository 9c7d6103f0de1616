#!/bin/sh
# Runs the checks of the shim in a unikernel, and shows where it does not say what Linux says. Each
# check is a program that prints what its system calls returned; expected/CHECK.txt is what it
# printed in `unikernel-linux`, the Linux that is the cross-check.
#
#   run.sh KERNEL [CHECK...]            such as run.sh out/unikernel files signals
#   run.sh --renew LINUX [CHECK...]     writes expected/CHECK.txt anew, after a check was changed
#
# The check `oabi-old` is `oabi`, in a file as toolchains of its time made them.
# A check has a minute, for Linux on a busy host; TRY_TIME changes that (ms).
# Needs qemu-system-arm, curl, and the cross compilers for armhf and armel. Exit status: 0 when all
# is as expected, 1 when not.
set -eu
export LC_ALL=C TRY_TIME="${TRY_TIME:-60000}"

renew=
[ "${1-}" != --renew ] || { renew=yes; shift; }
[ $# -ge 1 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
kernel=$1
shift
here=$(dirname "$(readlink -f "$0")")
# shellcheck disable=SC2046 # no name has a blank
[ $# -gt 0 ] || set -- oabi-old $(cd "$here" && for source in *.c *.S; do [ ! -f "$source" ] || echo "${source%.*}"; done)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM PIPE

# The program of a check, under its own name.
build() {
  case $1 in
    oabi-old)
      build oabi
      # EI_OSABI is ELFOSABI_ARM, and e_flags names no version of the EABI.
      { head -c 7 "$work/oabi"; printf '\141'; tail -c +9 "$work/oabi" | head -c 28
        printf '\0\0\0\0'; tail -c +41 "$work/oabi"; } >"$work/oabi-old" ;;
    oabi)
      arm-linux-gnueabi-gcc -marm -nostdlib -static -o "$work/$1" "$here/$1.S" ;;
    *)
      # Newer toolchains have times of 64 bits by default, and other system calls for them.
      arm-linux-gnueabihf-gcc -O1 -Wall -Werror -U_TIME_BITS -U_FILE_OFFSET_BITS -static -pthread -o "$work/$1" "$here/$1.c" -lm ;;
  esac
}

# What a check prints, and how it ended.
said() {
  "$here/../try.sh" "$kernel" "$work/$1" 2>/dev/null | sed -n '/^--- unsupported/,/^exited\|^signalled\|^stopped\|^refused/{/^--- unsupported/d;/^exited\|^signalled\|^stopped\|^refused/!d;};s/\(exited\|signalled\|stopped\|refused\) \([0-9]*\),.*/\1 \2/;/^--- /q;p'
}

differ=
for check; do
  name=expected/${check%-old}.txt
  build "$check"
  said "$check" >"$work/said"
  if [ "$renew" ] && [ "$check" != oabi-old ]; then
    # Stopped at a limit: 0 is that of time, which only a check that hangs reaches; 1 that of files.
    if tail -n 1 "$work/said" | grep -q '^exited \|^signalled \|^stopped 1'; then
      mkdir -p "$here/expected"
      cp "$work/said" "$here/$name"
    else
      echo "$check: did not come to its end, $name stays as it is"
      differ=yes
    fi
  fi
  if diff -u --label "$name" --label "$(basename "$kernel")" "$here/$name" "$work/said"; then
    echo "$check: the same $(wc -l <"$work/said") lines"
  else
    differ=yes
  fi
done
if [ "$differ" ]; then
  echo "When a check was changed, let Linux say anew what is expected: check/run.sh --renew LINUX"
  echo "CHECK..., or mvn verify -Dslow -Dit.test=CrossCheckIT -Drenew, which builds that Linux."
  exit 1
fi
