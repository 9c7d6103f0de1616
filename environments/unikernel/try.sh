#!/bin/sh
# Runs one sample in one guest and prints what the guest tells, for those who work on the kernel:
#
#   try.sh IMAGE SAMPLE [ARGUMENT...]
#
# Needs qemu-system-arm and curl. TRY_TIME (ms), TRY_MEMORY (-m), TRY_PORT and TRY_QEMU (more options)
# change the run. The sample runs in the guest only, under its own name.
set -eu
export LC_ALL=C

[ $# -ge 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
image=$1 sample=$2
shift 2
port=${TRY_PORT:-$((20000 + $$ % 20000))}
url=http://127.0.0.1:$port

work=$(mktemp -d)
qemu=
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM PIPE

# The same machine as in UnikernelMachine.java.
# shellcheck disable=SC2086 # more options are many words
qemu-system-arm -M virt,highmem=off,acpi=off -cpu cortex-a15 -smp 1,maxcpus=2 -m "${TRY_MEMORY:-256}" -nodefaults -no-user-config \
  -display none -kernel "$image" -serial "file:$work/console" \
  -netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$port-10.0.2.15:80" \
  -device virtio-net-device,netdev=net ${TRY_QEMU-} &
qemu=$!
curl -sf -o /dev/null --retry 50 --retry-all-errors --retry-delay 0 --retry-max-time 10 "$url/" \
  || { cat "$work/console"; echo "try.sh: no page at $url" >&2; exit 1; }

# A number of 8 bytes, the highest first, from one below 2^31.
# shellcheck disable=SC2059 # the format is the byte
number() { printf '\0\0\0\0'; for shift in 24 16 8 0; do printf "\\$(printf %03o $(($1 >> shift & 255)))"; done; }

curl -sf -o /dev/null --data-binary "@$sample" -H 'Expect:' "$url/debug/sample/$(basename "$sample")"
{
  number "${TRY_TIME:-10000}"
  number 65536
  number 1000000000
  number 0
  [ $# -eq 0 ] || printf '%s\0' "$@"
} >"$work/run"
curl -s --data-binary "@$work/run" -H 'Expect:' "$url/debug/run" >"$work/frames" || echo "try.sh: the answer broke off"

od -An -v -tu1 -w1 "$work/frames" | awk '
  function number(from, n,   value) { for (value = 0; n > 0; n--) value = value * 256 + payload[from++]; return value }
  function frame(   i, how) {
    if (type == "X") {
      if (unsupported) printf "\n--- unsupported:\n%s", unsupported
      split("exited signalled stopped refused", how)
      printf "\n%s %d, %.1f ms, %.1f ms of cpu, %d and %d bytes, out of memory %d ", how[payload[0] + 1],
        number(1, 4), number(5, 8) / 1e6, number(13, 8) / 1e6, number(21, 8), number(29, 8), number(41, 8)
      for (i = 49; i < length_; i++) printf "%c", payload[i]
      print ""
    } else if (type == "C") {
      # Each list replaces the one before.
      unsupported = ""
      for (i = 0; i < length_; i++) unsupported = unsupported sprintf("%c", payload[i])
    } else {
      for (i = 0; i < length_; i++) printf "%c", payload[i]
    }
  }
  { if (at == 0) type = sprintf("%c", $1 + 0)
    else if (at <= 4) length_ = length_ * 256 + $1
    else payload[at - 5] = $1 + 0
    if (++at >= 5 && at == 5 + length_) { frame(); at = length_ = 0 } }'
if curl -sf -o "$work/page" "$url/"; then echo "--- the page: $(wc -c <"$work/page") bytes"; else echo '--- no page'; fi
cat "$work/console"
