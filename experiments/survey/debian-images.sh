#!/bin/sh
# Makes firmware images of Debian's packages, as a survey's images whose truth is known:
#
#   debian-images.sh OUT COUNT SUITE:ARCHITECTURE...
#
# For each release and architecture COUNT images, OUT/ARCHITECTURE/PRODUCT/SUITE/image.squashfs: each
# product is another choice of the packages below, the same in each release. Of eight products one is
# an ext4, one a jffs2, one a ubifs. A fifth has a kernel, without its configuration and System.map.
# OUT/catalogue.csv has their vendor (the architecture), product, version (the release) and the
# release's day. What they were made of lies in OUT/.pool/SUITE/ARCHITECTURE/PACKAGE. Without the
# maker of a file system (squashfs-tools, e2fsprogs, mtd-utils) its images are tars. Nothing of the
# packages is run.
# Exit status: 0 made, 2 the archive does not give the packages, as said on standard error.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

out=$(mkdir -p "$1" && readlink -f "$1")
count=$2
shift 2
here=$(dirname "$(readlink -f "$0")")
made="$(sha256sum <"$0") $count $*"
if [ -d "$out/.pool" ] && [ "$(cat "$out/.made" 2>/dev/null)" != "$made" ]; then
  echo "$out holds images that were made otherwise, or in part by another recipe: remove it" >&2
  exit 2
fi
echo "$made" >"$out/.made"
for maker in mksquashfs mkfs.ext4 mkfs.jffs2 mkfs.ubifs; do
  command -v "$maker" >/dev/null ||
    echo "no $maker here: its images are tars (squashfs-tools, e2fsprogs, mtd-utils)" >&2
done
# shellcheck source-path=SCRIPTDIR source=../../environments/debian/debian.sh
. "$here/../../environments/debian/debian.sh"

# What routers, cameras and the like have; each release has most of them.
packages='busybox dropbear-bin dnsmasq-base lighttpd iptables openssl zlib1g libc6 dash sed grep gzip
  procps iproute2 curl wget hostapd wpasupplicant ppp openvpn sqlite3 bridge-utils ethtool tcpdump
  miniupnpd rsync socat netcat-openbsd tftpd-hpa vsftpd mosquitto chrony iperf3 usbutils i2c-tools
  mtd-utils kmod iw wireless-tools libsqlite3-0 udhcpd ntfs-3g'

# Debian's kernels of these architectures; of a kernel's package only its /boot is taken.
kernel() {
  case $1 in
    armhf) echo linux-image-armmp ;;
    armel) echo linux-image-marvell linux-image-rpi ;;
    arm64) echo linux-image-arm64 ;;
    mipsel) echo linux-image-4kc-malta ;;
    mips64el) echo linux-image-5kc-malta ;;
    *) ;;
  esac
}

# The days of the releases (www.debian.org/releases); sid has none, and gets that of its index.
day() {
  case $1 in
    bullseye) echo 2021-08-14 ;;
    bookworm) echo 2023-06-10 ;;
    trixie) echo 2025-08-09 ;;
    *) date -u -d "$(sed -n 's/^Date: //p' "$2"/var/lib/apt/lists/*_InRelease | head -n 1)" +%F ;;
  esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

die() {
  echo "Debian's packages for $1 cannot be had ($debian_mirror): $debian_reason; $debian_remedy" >&2
  exit 2
}

# fill POOL SUITE ARCHITECTURE: fetches and unpacks the packages, once.
fill() {
  if [ -f "$1/day" ]; then return; fi
  debian_open "$work/apt-$2-$3" "$2" "$3" || {
    # An old index of a release that changes daily will do: it is signed, and nothing of it is run.
    echo 'Acquire::Check-Valid-Until "false";' >>"$debian_folder/apt.conf"
    debian_apt update || die "$2:$3"
  }
  there=$(APT_CONFIG=$debian_folder/apt.conf apt-cache pkgnames)
  wanted=
  for package in $packages $(kernel "$3"); do
    if echo "$there" | grep -qx -- "$package"; then wanted="$wanted $package"; fi
  done
  for package in $(kernel "$3"); do
    # The package of the name without a version only depends on the one of today.
    real=$(APT_CONFIG=$debian_folder/apt.conf apt-cache depends "$package" 2>/dev/null |
      sed -n 's/^ *Depends: *\(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
    wanted=$(echo "$wanted" | sed "s/ $package\( \|$\)/ /")
    if [ -n "$real" ]; then wanted="$wanted $real"; fi
  done
  # shellcheck disable=SC2086 # words
  debian_get $wanted || echo "$2:$3, left out: $debian_reason" >&2
  rm -rf "$1"
  got=0
  for package in $wanted; do
    debian_find "$package"
    if [ -z "$debian_file" ]; then continue; fi
    got=$((got + 1))
    case $package in
      linux-image-*)
        mkdir -p "$1/kernel"
        dpkg-deb --fsys-tarfile "$debian_file" | tar -C "$1/kernel" -x --wildcards './boot/*'
        ;;
      *)
        mkdir -p "$1/$package"
        dpkg-deb -x "$debian_file" "$1/$package"
        rm -rf "$1/$package/usr/share/doc" "$1/$package/usr/share/man" \
          "$1/$package/usr/share/locale" "$1/$package/usr/share/info" "$1/$package"/usr/lib/*/gconv
        ;;
    esac
  done
  # An archive that changes has not all that its index names; most of it makes a device.
  if [ "$got" -lt 20 ]; then die "$2:$3"; fi
  day "$2" "$debian_folder" >"$1/day"
  rm -rf "$debian_folder"
}

# kind PRODUCT: which file system it has, of those that can be made here.
kind() {
  case $(($1 % 8)) in
    2) echo ext4 mkfs.ext4 ;;
    3) echo jffs2 mkfs.jffs2 ;;
    4) echo ubi mkfs.ubifs ;;
    *) echo squashfs mksquashfs ;;
  esac | while read -r name maker; do
    if command -v "$maker" >/dev/null; then echo "$name"; else echo tar; fi
  done
}

# pack TREE KIND IMAGE
pack() {
  case $2 in
    squashfs)
      mksquashfs "$1" "$3" -comp gzip -Xcompression-level 4 -no-xattrs -all-root -noappend \
        -no-progress -processors 1 >/dev/null
      ;;
    ext4)
      size=$(du -sk --apparent-size "$1" | cut -f 1)
      mkfs.ext4 -q -d "$1" -O ^has_journal -E root_owner=0:0 "$3" $((size + size / 4 + 8192))k
      ;;
    jffs2) mkfs.jffs2 --little-endian --squash --eraseblock=0x20000 --root="$1" --output="$3" ;;
    ubi)
      mkfs.ubifs --squash-uids --root="$1" --min-io-size=2048 --leb-size=126976 --max-leb-cnt=2000 \
        --output="$work/volume"
      printf '[rootfs]\nmode=ubi\nimage=%s\nvol_id=0\nvol_type=dynamic\nvol_name=rootfs\n' \
        "$work/volume" >"$work/volumes.ini"
      printf 'vol_flags=autoresize\n' >>"$work/volumes.ini"
      ubinize --min-io-size=2048 --peb-size=131072 --image-seq=1 --output="$3" "$work/volumes.ini"
      ;;
    tar)
      tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$3" .
      ;;
  esac
}

echo 'file,vendor,product,version,date' >"$work/catalogue.csv"
for pair; do
  suite=${pair%%:*}
  architecture=${pair##*:}
  pool=$out/.pool/$suite/$architecture
  fill "$pool" "$suite" "$architecture"
  product=0
  while [ "$product" -lt "$count" ]; do
    product=$((product + 1))
    folder=$architecture/$(printf 'device-%02d' "$product")/$suite
    image=$folder/image.$(kind "$product")
    if [ ! -f "$out/$image" ]; then
      mkdir -p "$out/$folder"
      rm -rf "$work/tree"
      mkdir "$work/tree"
      number=0
      for package in $packages; do
        number=$((number + 1))
        # Each product has about a quarter of the packages, and all have the first and the C library.
        case $package in
          busybox | libc6) ;;
          *)
            # Any number that looks like none in particular, the same on every machine.
            chance=$(((number * 40503 + product * 30211 + number * product * 7919) % 65537))
            if [ $((chance * chance % 65537 % 4)) -ne 0 ]; then continue; fi
            ;;
        esac
        if [ -d "$pool/$package" ]; then cp -a --no-clobber "$pool/$package/." "$work/tree/"; fi
      done
      if [ -d "$pool/kernel" ] && [ $((product % 5)) -eq 1 ]; then
        mkdir -p "$work/tree/boot"
        cp -a "$pool"/kernel/boot/vmlinu* "$work/tree/boot/"
      fi
      pack "$work/tree" "${image##*.}" "$work/image"
      mv "$work/image" "$out/$image"
    fi
    echo "$image,$architecture,device-$(printf %02d "$product"),$suite,$(cat "$pool/day")" \
      >>"$work/catalogue.csv"
  done
done
mv "$work/catalogue.csv" "$out/catalogue.csv"
