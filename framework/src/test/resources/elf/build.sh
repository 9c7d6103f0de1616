#!/bin/sh
# Builds the ELF files beside it. They are committed, so that the tests need no compiler; run this
# only to change them. Needs Debian's gcc-{arm-linux-gnueabihf,arm-linux-gnueabi,aarch64-linux-gnu,
# mips-linux-gnu,x86-64-linux-gnu} with the C libraries that they recommend.
set -eu
cd "$(dirname "$0")"
small="-Os -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noseparate-code"
bare="$small -nostdlib -Wl,-e,_start"

arm-linux-gnueabihf-gcc $small -s main.c -o armhf-dynamic.elf -lm
# Not -static-pie: for ARM, GCC leaves an interpreter in.
arm-linux-gnueabihf-gcc $bare -s -pie -fpie -Wl,--no-dynamic-linker start.c \
  -o armhf-static-pie.elf
arm-linux-gnueabihf-gcc $small -nostdlib -s -shared -fpic -Wl,-soname,libone.so.1 library.c \
  -o armhf-library.elf
arm-linux-gnueabihf-gcc -Os -c library.c -o armhf-object.elf
arm-linux-gnueabi-gcc $bare -s -static start.c -o armel-static.elf
arm-linux-gnueabi-gcc -Os -c library.c -o armel-object.elf
arm-linux-gnueabi-gcc $bare -static start.c -o armel-static-symbols.elf
aarch64-linux-gnu-gcc $small -s main.c -o aarch64-dynamic.elf -lm
mips-linux-gnu-gcc $bare -s -static start.c -o mips-static.elf
x86_64-linux-gnu-gcc $small -s main.c -o x86-64-dynamic.elf -lm
x86_64-linux-gnu-gcc $bare -s -static start.c -o x86-64-static.elf
chmod 644 ./*.elf
