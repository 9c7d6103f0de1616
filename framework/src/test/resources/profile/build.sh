#!/bin/sh
# Makes calls.elf, which the tests read and nobody runs, of calls.S: arm-linux-gnueabihf-gcc of Debian.
set -eu
cd "$(dirname "$0")"
arm-linux-gnueabihf-gcc -nostdlib -shared -Wl,-Bsymbolic -Wl,-e,_start -Wl,--build-id=none -o calls.elf calls.S
arm-linux-gnueabihf-strip calls.elf
