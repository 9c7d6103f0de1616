#!/bin/bash
# make-image.sh NAME TREE OUT: makes the image NAME of the folder TREE with Debian's tools, those that nobody here
# wrote: squashfs-tools, e2fsprogs, mtd-utils, util-linux-extra, genromfs, genisoimage, xorriso, u-boot-tools,
# android-sdk-libsparse-utils, mkbootimg, cpio, tar, zip, 7zip, lzop, lz4, zstd, xz-utils, bzip2, fdisk, gdisk.
# The images beside this file are made of KnownTree by it, and gzipped.
set -euo pipefail
name=$1 tree=$(realpath "$2") out=$(realpath -m "$3") me=$0
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
squash() { mksquashfs "$tree" "$out" -noappend -quiet -no-progress -all-root -mkfs-time 0 -all-time 0 "$@" >&2; }
ext() { truncate -s 1M "$out"; mke2fs -q -F -d "$tree" -E root_owner=0:0 "$@" "$out"; }
ubifs() { mkfs.ubifs -r "$tree" -m 512 -e 15872 -c 64 -x "$1" -o "$out"; }
member() { (cd "$tree" && find . -mindepth 1 | LC_ALL=C sort | "$@" > "$out"); }
content() { cat "$tree/usr/share/words"; }
case $name in
squashfs-gzip) squash -comp gzip ;;
squashfs-xz) squash -comp xz ;;
squashfs-lzma) squash -comp lzma ;;
squashfs-lzo) squash -comp lzo ;;
squashfs-lz4) squash -comp lz4 ;;
squashfs-zstd) squash -comp zstd ;;
squashfs-small) squash -comp gzip -b 4096 -no-fragments ;;
squashfs-plain) squash -noI -noD -noF ;;
ext2) ext -t ext2 -b 1024 ;;
ext3) ext -t ext3 -b 4096 -J size=1 -N 64 || { rm -f "$out"; truncate -s 8M "$out"; mke2fs -q -F -d "$tree" -t ext3 -b 1024 "$out"; } ;;
ext4) ext -t ext4 -b 1024 -O ^has_journal ;;
ext4-inline) ext -t ext4 -b 1024 -I 256 -O ^has_journal,inline_data,64bit ;;
jffs2-little) mkfs.jffs2 -l -e 64KiB -r "$tree" -o "$out" -U ;;
jffs2-big) mkfs.jffs2 -b -e 64KiB -n -r "$tree" -o "$out" -U ;;
jffs2-lzo) mkfs.jffs2 -l -e 64KiB -n -x zlib -x rtime -X lzo -r "$tree" -o "$out" -U ;;
jffs2-rtime) mkfs.jffs2 -l -e 64KiB -n -x zlib -x lzo -X rtime -r "$tree" -o "$out" -U ;;
cramfs-little) mkfs.cramfs -N little "$tree" "$out" ;;
cramfs-big) mkfs.cramfs -N big "$tree" "$out" ;;
romfs) genromfs -d "$tree" -f "$out" -V known ;;
ubifs-lzo) ubifs lzo ;;
ubifs-zlib) ubifs zlib ;;
ubifs-zstd) ubifs zstd ;;
ubi)
  mkfs.ubifs -r "$tree" -m 512 -e 15360 -c 64 -x zlib -o "$here/ubifs"
  printf '[rootfs]\nmode=ubi\nimage=%s\nvol_id=0\nvol_size=1MiB\nvol_type=dynamic\nvol_name=rootfs\n' "$here/ubifs" > "$here/ini"
  ubinize -o "$out" -p 16KiB -m 512 "$here/ini"
  ;;
iso) genisoimage -quiet -R -o "$out" "$tree" ;;
iso-xorriso) xorriso -as mkisofs -quiet -R -o "$out" "$tree" ;;
cpio-newc) member cpio --quiet -o -H newc ;;
cpio-odc) member cpio --quiet -o -H odc ;;
cpio-crc) member cpio --quiet -o -H crc ;;
tar-gnu) tar -C "$tree" --owner=0 --group=0 --format=gnu -cf "$out" . ;;
tar-pax) tar -C "$tree" --owner=0 --group=0 --format=pax -cf "$out" . ;;
zip) (cd "$tree" && zip -qry "$here/out.zip" . && mv "$here/out.zip" "$out") ;;
7z) (cd "$tree" && 7zz a -bd -bso0 -snl "$here/out.7z" . && mv "$here/out.7z" "$out") ;;
sparse) bash "$me" ext4 "$tree" "$here/ext4" && img2simg "$here/ext4" "$out" ;;
uimage)
  bash "$me" squashfs-gzip "$tree" "$here/root"
  mkimage -A arm -O linux -T filesystem -C none -n 'known tree' -d "$here/root" "$out" >&2
  ;;
uimage-multi)
  bash "$me" cpio-newc "$tree" "$here/root" && content | gzip -9n > "$here/content.gz"
  mkimage -A mips -O linux -T multi -C none -n many -d "$here/content.gz:$here/root" "$out" >&2
  ;;
fit | fit-external)
  bash "$me" cpio-newc "$tree" "$here/root" && gzip -9n "$here/root"
  cat > "$here/its" <<ITS
/dts-v1/;
/ {
  description = "known";
  images {
    ramdisk-1 {
      data = /incbin/("$here/root.gz"); type = "ramdisk"; arch = "arm"; os = "linux"; compression = "gzip";
      hash-1 { algo = "sha256"; }; hash-2 { algo = "crc32"; };
    };
  };
  configurations { default = "c"; c { ramdisk = "ramdisk-1"; }; };
};
ITS
  if [ "$name" = fit ]; then mkimage -f "$here/its" "$out" >&2; else mkimage -E -f "$here/its" "$out" >&2; fi
  ;;
mbr)
  bash "$me" ext2 "$tree" "$here/ext2" && bash "$me" squashfs-xz "$tree" "$here/squashfs"
  truncate -s 3M "$out"
  printf 'label: dos\n64,2048,83\n2560,,5\n2624,1024,83\n' | sfdisk -q "$out"
  dd if="$here/ext2" of="$out" bs=512 seek=64 conv=notrunc status=none
  dd if="$here/squashfs" of="$out" bs=512 seek=2624 conv=notrunc status=none
  ;;
gpt)
  bash "$me" ext4 "$tree" "$here/ext4"
  truncate -s 2M "$out"
  printf 'label: gpt\nstart=64,size=2048\n' | sfdisk -q "$out"
  dd if="$here/ext4" of="$out" bs=512 seek=64 conv=notrunc status=none
  ;;
android-boot)
  bash "$me" cpio-newc "$tree" "$here/root" && gzip -9n "$here/root" && content > "$here/kernel"
  mkbootimg --kernel "$here/kernel" --ramdisk "$here/root.gz" --pagesize 2048 --header_version 0 -o "$out"
  ;;
gzip) content | gzip -9n > "$out" ;;
xz) content | xz -9e > "$out" ;;
lzma) content | xz --format=lzma > "$out" ;;
bzip2) content | bzip2 -9 > "$out" ;;
lz4) content | lz4 -q -9 > "$out" ;;
lz4-linked) content | lz4 -q -9 -BD -B4 > "$out" ;;
lz4-legacy) content | lz4 -q -l -9 > "$out" ;;
lzop) content | lzop -9 > "$out" ;;
zstd) content | zstd -q -19 > "$out" ;;
*) echo "make-image.sh: no image is called $name" >&2; exit 2 ;;
esac
