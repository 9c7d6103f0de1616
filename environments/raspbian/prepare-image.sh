#!/bin/sh
# Makes an image of the raspbian environment, as build-image.sh does, of an original image of
# Raspberry Pi OS, in the folder OUT, which must be there and empty:
#
#   prepare-image.sh DISK FAT EXT4 NUMBER OUT
#
# DISK is a copy that may be written to; FAT and EXT4 say where its boot and its root partition
# start, in bytes, and NUMBER which of its partitions the root is. The image keeps its kernel, its
# programs and its partitions. The script puts in the keys, the page, the agent and the program that
# wakes a clone; nginx, if it is missing, from Debian's packages for the same release and
# architecture. It masks the services that belong to the first start on a real board, or that look
# for a network that is not there.
#
# Needs mtools, debugfs and e2fsck, besides the tools of build-image.sh. Mounts nothing, and need
# not be root.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin" MTOOLS_SKIP_CHECK=1

disk=$(readlink -f "$1")
fat=$2
root=$3
number=$4
out=$(readlink -f "$5")
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=guest.sh
. "$here/guest.sh"
require_users

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 711 "$work"
ln -s "$disk" "$work/disk" # a name without letters that mean something to debugfs
cd "$work"

from_fat() { mcopy -n -i "disk@@$fat" "::$1" "$2" >/dev/null 2>&1; }
from_root() { debugfs -R "$1" "disk?offset=$root" 2>/dev/null; }
has() { from_root "stat $1" | grep -q '^Inode: '; }

# A journal is replayed, small damage mended: what cannot be would show up in the guests.
status=0
e2fsck -p "disk?offset=$root" >fsck 2>&1 || status=$?
[ "$status" -lt 4 ] ||
  die "its root partition is damaged, or has no ext4 file system: $(grep -v '^$' fsck | head -n 1)"

# --- the kernel -----------------------------------------------------------------------------------
from_fat kernel8.img kernel8.img || die "its boot partition has no kernel8.img, a kernel of 64 bits"
gzip -dc kernel8.img >"$out/vmlinuz" 2>/dev/null || cp kernel8.img "$out/vmlinuz"
# https://docs.kernel.org/arch/arm64/booting.html: the magic number of an image
[ "$(dd if="$out/vmlinuz" bs=1 skip=56 count=4 2>/dev/null | tr -d '\0')" = "ARMd" ] ||
  die "its kernel8.img is no kernel for ARM of 64 bits"
version=$(grep -a -o -m 1 'Linux version [0-9][0-9A-Za-z.+~_-]*' "$out/vmlinuz" | head -n 1)
version=${version#Linux version }
[ -n "$version" ] || die "its kernel8.img does not tell its version"
mkdir -p kernel/lib/modules
from_root "rdump /lib/modules/$version kernel/lib/modules" >/dev/null
[ -f "kernel/lib/modules/$version/modules.builtin" ] ||
  die "its root partition has no /lib/modules/$version, the modules of its kernel8.img"
depmod -b "$work/kernel" "$version"
from_fat bcm2710-rpi-3-b.dtb "$out/raspi3b.dtb" || : >"$out/raspi3b.dtb"

get_arm64 busybox-static
dpkg-deb --fsys-tarfile "$debian_file" | tar -xO ./usr/bin/busybox >busybox

make_initrd virt "$version" "$number"
make_initrd raspi3b "$version" "$number"
if [ ! -s "$out/raspi3b.dtb" ]; then
  sed -i 's/^raspi3b.*/& bcm2710-rpi-3-b.dtb/' "$out/machines"
fi
echo "$version" >"$out/kernel-version"
echo 'busybox of 13 for the initrd' >"$out/debian"

# --- what is put in -------------------------------------------------------------------------------
make_programs_and_settings

mkdir -p tree/usr/local/sbin tree/etc/systemd/system/multi-user.target.wants \
  tree/etc/systemd/system/sysinit.target.wants tree/etc/ssh tree/etc/nginx tree/etc/cloud \
  tree/root/.ssh tree/var/www/html tree/var/log/nginx tree/var/lib/nginx

if ! has /usr/sbin/nginx; then
  from_root 'cat /var/lib/dpkg/status' >status
  architecture=$(awk '/^Package: / {p = $2} p == "dpkg" && /^Architecture: / {print $2}' status)
  codename=$(from_root 'cat /usr/lib/os-release' | sed -n 's/^VERSION_CODENAME=//p')
  if [ -z "$architecture" ] || [ -z "$codename" ]; then
    die "its root partition tells neither Debian's release nor architecture, and it has no nginx"
  fi
  debian_bootstrap "$codename" /dev/null --variant=extract --architectures="$architecture" \
    --skip=check/qemu --include=nginx --extract-hook="copy-out /var/cache/apt/archives $work" \
    2>why || die "it has no nginx, and Debian's for $codename ($architecture) cannot be put in: $(tail -n 1 why)"
  echo "nginx of $codename, main part alone; busybox of 13 for the initrd" >"$out/debian"
  # Unpacks those of the packages that are not installed yet.
  for package in archives/*.deb; do
    name=$(dpkg-deb -f "$package" Package)
    awk -v name="$name" '/^Package: / {p = $2} p == name && /^Status: .* installed$/ {found = 1}
      END {exit !found}' status || dpkg-deb -x "$package" tree
  done
  rm -rf tree/usr/share/doc tree/usr/share/man tree/usr/share/lintian
fi

cp agent tree/usr/local/sbin/malassay-agent
cp awake tree/usr/local/sbin/malassay-awake
cp awake.service tree/etc/systemd/system/malassay-awake.service
ln -s ../malassay-awake.service tree/etc/systemd/system/sysinit.target.wants/
# OpenSSH before 9.8 has no penalties, and refuses the setting.
if from_root 'cat /usr/sbin/sshd' | grep -aqi persourcepenalties; then
  cp sshd.conf tree/etc/ssh/sshd_config
else
  grep -v PerSourcePenalties sshd.conf >tree/etc/ssh/sshd_config
fi
cp host-key tree/etc/ssh/ssh_host_ed25519_key
cp host-key.pub tree/etc/ssh/ssh_host_ed25519_key.pub
cp key.pub tree/root/.ssh/authorized_keys
# nginx before 1.25 does not know the setting of QUIC's key, and does not need it.
grep -v quic_host_key "$here/nginx.conf" >tree/etc/nginx/nginx.conf
cp "$here/index.html" tree/var/www/html/index.html
cp marker tree/etc/malassay-guest
echo malassay-guest >tree/etc/hostname
echo '127.0.0.1 localhost malassay-guest' >tree/etc/hosts
: >tree/etc/cloud/cloud-init.disabled
# Other mounts must not keep the guest from booting.
from_root 'cat /etc/fstab' |
  awk '/^[ \t]*#/ || NF < 4 {next} $3 == "swap" {next} {if ($2 != "/") $4 = $4 ",nofail"; $6 = 0; print}' \
    >tree/etc/fstab
# Without PAM, sshd refuses a user whose account is locked.
from_root 'cat /etc/shadow' | sed 's/^root:[^:]*:/root:*:/' >tree/etc/shadow

link_unit() { ln -sfn "$1" "tree/etc/systemd/system/$2"; }
link_unit /lib/systemd/system/multi-user.target default.target
for unit in ssh nginx; do
  link_unit "/lib/systemd/system/$unit.service" "multi-user.target.wants/$unit.service"
done
for unit in $masked \
  regenerate_ssh_host_keys.service sshd-keygen.service sshswitch.service userconfig.service \
  resize2fs_once.service rpi-resize.service rpi-resizerootfs.service systemd-growfs-root.service \
  systemd-firstboot.service dphys-swapfile.service rpi-eeprom-update.service \
  NetworkManager.service NetworkManager-wait-online.service ModemManager.service \
  dhcpcd.service networking.service systemd-networkd.service systemd-networkd-wait-online.service \
  wpa_supplicant.service hciuart.service bluetooth.service ssh.socket \
  apt-daily.timer apt-daily-upgrade.timer man-db.timer logrotate.timer; do
  link_unit /dev/null "$unit"
done

find tree -type d -exec chmod 755 {} +
chmod 755 tree/usr/local/sbin/*
chmod 644 tree/etc/systemd/system/malassay-awake.service tree/etc/malassay-guest tree/etc/hosts \
  tree/etc/hostname tree/etc/fstab tree/etc/nginx/nginx.conf tree/var/www/html/index.html \
  tree/etc/ssh/sshd_config tree/etc/ssh/ssh_host_ed25519_key.pub
chmod 600 tree/etc/ssh/ssh_host_ed25519_key tree/root/.ssh/authorized_keys
chmod 640 tree/etc/shadow
chmod 700 tree/root/.ssh

# --- putting it in --------------------------------------------------------------------------------
# debugfs takes no path where a name will do, and fails without an exit status: afterwards all is
# read again and compared.
put() (
  cd tree
  find . -mindepth 1 -type d -printf '%P\n' | sort | while read -r folder; do
    if ! (cd .. && has "/$folder"); then
      printf 'mkdir "/%s"\nsif "/%s" mode 0%o\n' "$folder" "$folder" \
        "$((0040000 | 0$(stat -c %a "$folder")))"
    fi
  done
  find . -type f -printf '%h\t%f\t%m\n' | while IFS="$(printf '\t')" read -r folder name mode; do
    printf 'cd "%s"\nrm "%s"\nwrite "tree/%s/%s" "%s"\nsif "%s" mode 0%o\nsif "%s" uid 0\nsif "%s" gid 0\n' \
      "${folder#.}" "$name" "$folder" "$name" "$name" "$name" "$((0100000 | 0$mode))" "$name" "$name"
  done
  find . -type l -printf '%h\t%f\t%l\n' | while IFS="$(printf '\t')" read -r folder name target; do
    printf 'cd "%s"\nrm "%s"\nsymlink "%s" "%s"\n' "${folder#.}" "$name" "$name" "$target"
  done
  printf 'sif "/etc/shadow" gid 42\nsif "/root/.ssh" mode 040700\nsif "/root/.ssh" uid 0\nsif "/root/.ssh" gid 0\n'
)
put >commands
debugfs -w -f commands "disk?offset=$root" >debugfs.log 2>&1
mkdir back
{
  cd tree
  find . -type f -printf '%P\n' | awk '{printf "dump \"/%s\" back/%d\n", $0, NR}' >../dumps
  cd ..
}
debugfs -f dumps "disk?offset=$root" >>debugfs.log 2>&1
(cd tree && find . -type f -printf '%P\n') | awk '{print NR "\t" $0}' |
  while IFS="$(printf '\t')" read -r count file; do
    cmp -s "tree/$file" "back/$count" ||
      die "/$file could not be put into its root partition; is that full?" \
        "$(grep -i 'no space\|not allocate\|ext2_lookup' debugfs.log | tail -n 1)"
  done
e2fsck -fn "disk?offset=$root" >fsck 2>&1 || die "its root partition did not take what was put in"

make_disk "$disk"
