# The common part of build-image.sh and prepare-image.sh, which make the images of the raspbian
# environment. They set $here (this folder), $work (a folder to be thrown away) and $out.
# shellcheck shell=sh disable=SC2154

debian=$here/debian.sh
[ -f "$debian" ] || debian=$here/../debian/debian.sh
# shellcheck source-path=SCRIPTDIR source=../debian/debian.sh
. "$debian"

# Says why there is no image, and gives up.
die() {
  echo "$*" >&2
  exit 2
}

# Without root, subordinate users are needed, to whom the files of the guest can belong.
require_users() {
  [ "$(id -u)" = 0 ] || mmdebstrap --unshare-helper true >/dev/null 2>&1 ||
    die "here only root can make the image: $(id -un) has no users to give away; as root, install" \
      "uidmap and run: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

# A program of the guest, in $work.
compile() { # PROGRAM SOURCE...
  program=$1
  shift
  (cd "$here" && arm-linux-gnueabihf-gcc -static -s -O2 -Wall -Wextra -D_FILE_OFFSET_BITS=64 \
    -D_TIME_BITS=64 -o "$work/$program" "$@")
}

# The programs of the guest, the keys and the settings, in $work.
make_programs_and_settings() {
  compile agent agent.c commands.c count.c file.c probe.c sample.c service.c spawn.c tell.c
  compile awake awake.c
  ssh-keygen -q -t ed25519 -N '' -C malassay -f "$work/key"
  ssh-keygen -q -t ed25519 -N '' -C malassay-guest -f "$work/host-key"
  cp "$work/key" "$work/host-key.pub" "$out"

  cat >"$work/sshd.conf" <<'END'
# A session costs seconds under emulation with PAM, and a third of one without.
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
HostKey /etc/ssh/ssh_host_ed25519_key
UseDNS no
# The host connects often to ask whether the guest is up, and is no attacker.
PerSourcePenalties no
END
  cat >"$work/awake.service" <<'END'
[Unit]
Description=Sets the clock and the random pool of a clone
DefaultDependencies=no
ConditionDirectoryNotEmpty=/sys/bus/virtio/devices
[Service]
ExecStart=/usr/local/sbin/malassay-awake
OOMScoreAdjust=-1000
[Install]
WantedBy=sysinit.target
END
  echo 'Everything in this guest of Malassay may be destroyed.' >"$work/marker"
}

# A guest needs no terminal and no time service, and does not live long enough for housekeeping.
# shellcheck disable=SC2034 # for the scripts that read this one
masked="getty@tty1.service serial-getty@ttyAMA0.service getty-static.service \
systemd-timesyncd.service tmp.mount e2scrub_reap.service e2scrub_all.timer fstrim.timer \
dpkg-db-backup.timer systemd-tmpfiles-clean.timer"

# drivers_of MACHINE: the modules by which a kernel finds its disk and its network there, and on
# virt the port that wakes a clone; of those between bars, one is enough. (The Raspberry Pi's own
# kernels name some of them differently.)
drivers_of() {
  case $1 in
    virt) echo 'virtio_mmio virtio_blk virtio_net virtio_console ext4' ;;
    raspi3b) echo 'bcm2835|bcm2835_sdhost mmc_block dwc_otg|dwc2 cdc_ether ext4' ;;
  esac
}

# find_module VERSION NAME: what modprobe would do to load it into this kernel, whose modules are in
# $work/kernel. Prints nothing when it is built in, and fails when it is not there.
find_module() { modprobe -d "$work/kernel" -S "$1" --show-depends "$2" 2>/dev/null; }

# get_arm64 PACKAGE: one of Debian 13's packages, as debian_get does.
get_arm64() {
  if [ ! -d "$work/debian" ]; then
    debian_open "$work/debian" trixie arm64 || die_of_debian
  fi
  debian_get "$1" || die_of_debian
}
die_of_debian() {
  die "Debian's packages cannot be had ($debian_mirror, trixie): $debian_reason; $debian_remedy"
}

# make_initrd MACHINE VERSION PARTITION: $out/initrd-MACHINE, and a line about the machine in
# $out/machines: its name alone, or with the drivers that the kernel lacks for it, and then the
# initrd is empty. PARTITION is the number of the root partition, empty when the disk has none.
# A static busybox for the guest is expected in $work.
make_initrd() {
  initrd=$work/initrd-$1
  mkdir -p "$initrd/bin" "$initrd/modules" "$initrd/root"
  mkdir -p "$initrd/proc" "$initrd/sys" "$initrd/dev"
  : >"$initrd/modules/list"
  lacks=
  # ext4 needs crc32c_generic without declaring it.
  for driver in $(drivers_of "$1") 'crc32c_generic|crc32c|libcrc32c|ext4'; do
    found=
    for name in $(echo "$driver" | tr '|' ' '); do
      if find_module "$2" "$name" >"$work/needs"; then
        found=yes
        sed -n 's/^insmod \([^ ]*\).*/\1/p' "$work/needs" >>"$work/modules-$1"
        break
      fi
    done
    [ -n "$found" ] || lacks="$lacks $driver"
  done
  echo "$1$lacks" >>"$out/machines"
  if [ -n "$lacks" ]; then
    : >"$out/initrd-$1"
    return
  fi
  awk '!seen[$0]++' "$work/modules-$1" | while read -r file; do
    name=$(basename "$file" .xz)
    case $file in
      *.xz) xz -dc "$file" >"$initrd/modules/$name" ;;
      *) cp "$file" "$initrd/modules/$name" ;;
    esac
    echo "$name" >>"$initrd/modules/list"
  done
  echo "$3" >"$initrd/root-partition"
  cp "$work/busybox" "$initrd/bin/busybox"
  cat >"$initrd/init" <<'END'
#!/bin/busybox sh
# What a Raspberry Pi's kernel has built in comes from here; the address, which a DHCP client would
# have got, too.
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
while read -r module; do /bin/busybox insmod "/modules/$module"; done </modules/list
read -r partition </root-partition
is_there() {
  for disk in "/dev/vda$partition" "/dev/mmcblk0${partition:+p$partition}"; do
    if [ -b "$disk" ]; then break; fi
  done
  for port in /sys/class/net/eth0 /sys/class/net/usb0; do
    if [ -e "$port" ]; then break; fi
  done
  [ -b "$disk" ] && [ -e "$port" ]
}
tries=0
until is_there; do
  if [ $tries = 1800 ]; then
    echo "malassay: no disk or no network after 180 s" >/dev/kmsg
    break
  fi
  tries=$((tries + 1))
  /bin/busybox sleep 0.1
done
port=${port##*/}
/bin/busybox ip link set lo up
/bin/busybox ip address add 10.0.2.15/24 dev "$port"
/bin/busybox ip link set "$port" up
/bin/busybox ip route add default via 10.0.2.2
/bin/busybox mount -t ext4 -o rw,noatime "$disk" /root
for folder in proc sys dev; do /bin/busybox mount --move "/$folder" "/root/$folder"; done
exec /bin/busybox switch_root /root /sbin/init
END
  chmod 755 "$initrd/init" "$initrd/bin/busybox"
  (cd "$initrd" && find . | sort | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$out/initrd-$1"
}

# make_disk RAW: $out/disk.qcow2, as large as an SD card may be for QEMU: a power of two.
make_disk() {
  qemu-img convert -q -O qcow2 "$1" "$out/disk.qcow2"
  size=1
  while [ "$size" -lt "$(($(stat -c %s "$1") / 1048576))" ]; do size=$((size * 2)); done
  [ "$((size * 1048576))" -ge "$(stat -c %s "$1")" ] || size=$((size * 2))
  qemu-img resize -q "$out/disk.qcow2" "${size}M"
}
