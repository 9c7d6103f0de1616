#!/bin/sh
# Makes a disk that looks like an original image of Raspberry Pi OS, of an image that build-image.sh
# made and Debian's kernel: a FAT partition with the kernel and the device tree, an ext4 partition
# with all modules that anything here needs, and nothing of ours in it. The partition table is left
# to the caller.
#
#   original-image.sh IMAGE DISK BOOT_MIB ROOT_MIB
#
# IMAGE is the folder; the partitions start where is said, and the first ends where the second starts.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
image=$1
disk=$2
boot=$3
root=$4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

# shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
mmdebstrap --quiet --variant=extract --architectures=arm64 --skip=check/qemu \
  --include=linux-image-arm64 --setup-hook='sed -i "/-updates\|-security/d" "$1"/etc/apt/sources.list' \
  trixie kernel.tar ${MALASSAY_DEBIAN_MIRROR:+"deb $MALASSAY_DEBIAN_MIRROR trixie main"}
mkdir -p kernel/lib
tar -C kernel --wildcards --no-same-owner -xf kernel.tar './boot/vmlinuz-*' './usr/lib/modules/*' \
  './usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb'
ln -s ../usr/lib/modules kernel/lib/modules
version=$(basename kernel/usr/lib/modules/*)
depmod -b kernel "$version"

# --- the root partition: what a Raspberry Pi OS would not have goes -------------------------------
qemu-img convert -O raw "$image/disk.qcow2" root.raw
truncate -s "$(dumpe2fs -h root.raw 2>/dev/null | awk -F: '/^Block count/ {c = $2} /^Block size/ {s = $2}
  END {printf "%d", c * s}')" root.raw
tune2fs -j root.raw >/dev/null
debugfs -R 'cat /var/lib/dpkg/status' root.raw 2>/dev/null |
  awk -v RS= -v ORS='\n\n' '!/^Package: nginx/' >status
cat >fstab <<'END'
proc /proc proc defaults 0 0
PARTUUID=4d616c61-01 /boot/firmware vfat defaults 0 2
PARTUUID=4d616c61-02 / ext4 defaults,noatime 0 1
/var/swap none swap sw 0 0
END
echo raspberrypi >hostname
# As in the original: at the first start, keys of its own.
cat >regenerate.service <<'END'
[Unit]
Description=Regenerate SSH host keys
Before=ssh.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c "rm -f /etc/ssh/ssh_host_*_key*; ssh-keygen -A"
[Install]
WantedBy=multi-user.target
END
debugfs -R 'cat /etc/shadow' root.raw 2>/dev/null | sed 's/^root:[^:]*:/root:!*:/' >shadow
{
  for file in /usr/sbin/nginx /etc/nginx/nginx.conf /etc/nginx/quic_host_key /var/www/html/index.html \
    /usr/lib/systemd/system/nginx.service /etc/systemd/system/multi-user.target.wants/nginx.service \
    /etc/systemd/system/multi-user.target.wants/ssh.service /etc/systemd/system/sysinit.target.wants/malassay-awake.service \
    /root/.ssh/authorized_keys /etc/ssh/ssh_host_ed25519_key /etc/ssh/ssh_host_ed25519_key.pub \
    /etc/ssh/sshd_config.d/malassay.conf /etc/malassay-guest /usr/local/sbin/malassay-agent \
    /usr/local/sbin/malassay-awake /etc/systemd/system/malassay-awake.service \
    /etc/shadow /etc/fstab /etc/hostname /var/lib/dpkg/status; do
    echo "rm $file"
  done
  echo 'rmdir /root/.ssh'
  printf 'cd /var/lib/dpkg\nwrite status status\ncd /etc\nwrite fstab fstab\nwrite hostname hostname\n'
  printf 'write shadow shadow\nsif shadow mode 0100640\nsif shadow gid 42\n'
  printf 'cd /usr/lib/systemd/system\nwrite regenerate.service regenerate_ssh_host_keys.service\n'
  printf 'cd /etc/systemd/system/multi-user.target.wants\nsymlink regenerate_ssh_host_keys.service /usr/lib/systemd/system/regenerate_ssh_host_keys.service\n'
  printf 'mkdir /usr/lib/modules\nmkdir /usr/lib/modules/%s\ncd /usr/lib/modules/%s\n' "$version" "$version"
  for file in modules.builtin modules.builtin.modinfo modules.order; do
    echo "write kernel/usr/lib/modules/$version/$file $file"
  done
  for module in virtio_mmio virtio_blk virtio_net virtio_console ext4 crc32c_generic bcm2835 mmc_block dwc2 cdc_ether; do
    modprobe -d kernel -S "$version" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
  done | awk '!seen[$0]++' | while read -r file; do
    echo "write $file $(basename "$file")"
  done
} >commands
debugfs -w -f commands root.raw >debugfs.log 2>&1
e2fsck -fy root.raw >fsck.log 2>&1 || [ $? -lt 4 ]

# --- the boot partition ---------------------------------------------------------------------------
rm -f "$disk"
truncate -s "$((root + 1400))M" "$disk"
mformat -i "$disk@@${boot}M" -T "$(((root - boot) * 2048))" -F -c 1 -v bootfs ::
gzip -1 -c "kernel/boot/vmlinuz-$version" >kernel8.img
echo 'console=serial0,115200 console=tty1 root=PARTUUID=4d616c61-02 rootfstype=ext4 rootwait quiet init=/usr/lib/raspberrypi-sys-mods/firstboot' >cmdline.txt
echo 'arm_64bit=1' >config.txt
cp "kernel/usr/lib/linux-image-$version/broadcom/bcm2837-rpi-3-b.dtb" bcm2710-rpi-3-b.dtb
mcopy -i "$disk@@${boot}M" kernel8.img cmdline.txt config.txt bcm2710-rpi-3-b.dtb ::
dd if=root.raw of="$disk" bs=1M seek="$root" conv=notrunc,sparse status=none
