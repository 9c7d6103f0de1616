# A program for the kernel, compiled into what a program of ours loads without libbpf; sourced by
# build.sh here and by that of the defences. Needs clang, bpftool and libbpf's headers (Debian:
# libbpf-dev).
# shellcheck shell=sh
export PATH="$PATH:/usr/sbin:/sbin"

# Ubuntu's command wants the package of the running kernel; that of any other will do.
if ! bpftool version >/dev/null 2>&1; then
  for tool in /usr/lib/linux-tools/*/bpftool /usr/lib/linux-tools-*/bpftool; do
    if [ -x "$tool" ]; then PATH="$(dirname "$tool"):$PATH"; fi
  done
fi

# bpf_skeleton SOURCE NAME FOLDER OPTION...: FOLDER/NAME.skel.h, and FOLDER/include with the headers
# that it needs: a cross compiler has not those of libbpf, which are the same for all.
bpf_skeleton() {
  bpf_source=$1 bpf_name=$2 bpf_folder=$3
  shift 3
  # The headers of this machine's architecture serve all: the types in them are the same.
  clang -O2 -g -mcpu=v3 -target bpf -I"/usr/include/$(uname -m)-linux-gnu" -Wall -Wextra -Werror "$@" \
    -c "$bpf_source" -o "$bpf_folder/$bpf_name.o"
  bpftool gen skeleton -L "$bpf_folder/$bpf_name.o" name "$bpf_name" >"$bpf_folder/$bpf_name.skel.h"
  mkdir "$bpf_folder/include"
  cp -r /usr/include/bpf "$bpf_folder/include"
}
