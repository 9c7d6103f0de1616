#!/bin/sh
# Makes the image of the raspbian environment in the folder OUT, which must be there and empty:
#
#   vmlinuz              Debian 13's kernel for arm64
#   initrd-MACHINE       the few modules that it starts with there (virt, raspi3b)
#   machines             on which machines it starts
#   raspi3b.dtb          what a Raspberry Pi 3 consists of
#   disk.qcow2           Debian 13 for armhf with systemd, nginx, openssh-server and busybox: a
#                        Raspberry Pi OS of 32 bits as a Raspberry Pi 3 or later runs it; with telnetd
#                        and an account for login sessions, which nobody serves yet, git, and what
#                        defences are made of and tried with
#   debian               which Debian that is
#   key, host-key.pub    the key that opens it, and the one that it shows; made anew each time
#
#   build-image.sh OUT
#
# Needs mmdebstrap, a kernel that runs ARM programs, the cross compiler for armhf, mke2fs, qemu-img,
# depmod, cpio and ssh-keygen. Mounts nothing, and need not be root.
# Exit status: 0 built, 2 something is missing or wrong, as said on standard error.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=guest.sh
. "$here/guest.sh"
require_users

suite=trixie
disk_size=1400M

work=$(mktemp -d)
# In a user namespace the files of the tree belong to others than the user outside of it.
in_namespace() { if [ "$(id -u)" = 0 ]; then "$@"; else mmdebstrap --unshare-helper "$@"; fi; }
trap 'in_namespace rm -rf "$work/tree/root"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 711 "$work"

make_programs_and_settings

# Of login sessions.
compile terminal terminal.c hold.c screen.c script.c socket.c type.c
compile shell gate.c socket.c
cat >>"$work/sshd.conf" <<'END'
# A login that is held is that of a client in the guest itself.
Match User admin Address 127.0.0.1
  PasswordAuthentication yes
  PermitRootLogin yes
END

# What the suites of bypasses and of administration are made of. (In a checkout it lies elsewhere.)
suites=$here/suite
[ -d "$suites" ] || suites=$here/../defence/suite
sh "$suites/build-suite.sh" "$work"

# git by itself: with Perl, on which it depends for commands that are scripts, the image would be
# larger by a fifth.
debian_open "$work/armhf" "$suite" armhf || die_of_debian
debian_get git || die_of_debian
dpkg-deb --fsys-tarfile "$debian_file" >"$work/git-all.tar"
mkdir "$work/git"
tar -C "$work/git" --no-same-owner -xf "$work/git-all.tar" ./usr/bin/git ./usr/bin/git-upload-pack \
  ./usr/share/git-core/templates
mkdir -p "$work/git/usr/lib/git-core"
ln -s ../../bin/git "$work/git/usr/lib/git-core/git"
(cd "$work/git" && find . ! -type d) | sort |
  tar --owner=0 --group=0 --numeric-owner -C "$work/git" -cf "$work/git.tar" -T -

# --- the disk -------------------------------------------------------------------------------------
# shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
debian_device "$suite" "$work/root.tar" \
  --include=systemd-sysv,udev,kmod,iproute2,procps,openssh-server,strace,tcpdump \
  --include=curl,bsdextrautils,apparmor,apt,cron \
  --customize-hook='rm -f "$1"/etc/ssh/ssh_host_*; mkdir -p -m 700 "$1"/root/.ssh' \
  --customize-hook='echo malassay-guest > "$1"/etc/hostname; echo nameserver 10.0.2.3 > "$1"/etc/resolv.conf' \
  --customize-hook='echo "127.0.0.1 localhost malassay-guest" > "$1"/etc/hosts' \
  --customize-hook='echo "/dev/root / ext4 defaults,noatime 0 0" > "$1"/etc/fstab' \
  --customize-hook="upload $work/sshd.conf /etc/ssh/sshd_config.d/malassay.conf" \
  --customize-hook="upload $work/key.pub /root/.ssh/authorized_keys" \
  --customize-hook="upload $work/host-key /etc/ssh/ssh_host_ed25519_key" \
  --customize-hook="upload $work/host-key.pub /etc/ssh/ssh_host_ed25519_key.pub" \
  --customize-hook="upload $work/marker /etc/malassay-guest" \
  --customize-hook="upload $work/agent /usr/local/sbin/malassay-agent" \
  --customize-hook="upload $work/awake /usr/local/sbin/malassay-awake" \
  --customize-hook="upload $work/awake.service /etc/systemd/system/malassay-awake.service" \
  --customize-hook="upload $work/terminal /usr/local/sbin/malassay-terminal" \
  --customize-hook="upload $work/shell /usr/local/sbin/malassay-shell" \
  --customize-hook="tar-in $work/suite.tar /" \
  --customize-hook="tar-in $work/git.tar /" \
  --customize-hook='chroot "$1" sh -euc "cd /usr/local/lib/malassay/inputs; git init -q -b main repository
    cd repository; echo 1 >settings; git add settings
    git -c user.name=device -c user.email=device@malassay.example commit -q -m first"' \
  --customize-hook='chroot "$1" dpkg -i /usr/local/lib/malassay/inputs/old.deb' \
  --customize-hook='chmod 755 "$1"/usr/local/sbin/malassay-*' \
  --customize-hook='chroot "$1" usermod -s /bin/sh root' \
  --customize-hook='chmod 600 "$1"/etc/ssh/ssh_host_ed25519_key "$1"/root/.ssh/authorized_keys' \
  --customize-hook='chmod 644 "$1"/etc/malassay-guest' \
  --customize-hook='chroot "$1" systemctl enable malassay-awake.service ssh.service nginx.service' \
  --customize-hook="chroot \"\$1\" systemctl disable cron.service" \
  --customize-hook="chroot \"\$1\" systemctl mask $masked apparmor.service apt-daily.timer apt-daily-upgrade.timer"
echo "$(cat "$work/debian_version"), main part alone" >"$out/debian"
chmod 644 "$work/root.tar"

: >"$work/disk.raw"
mkdir "$work/tree"
chmod 666 "$work/disk.raw"
chmod 777 "$work/tree"
# The nodes of /dev come from the kernel. (No checksums: older e2fsprogs and QEMU agree on that.)
# The folder is made in the namespace, whose root could not change that of a user outside of it.
# shellcheck disable=SC2016
in_namespace sh -euc 'mkdir -m 755 "$1/tree/root"
  tar --numeric-owner --exclude="./dev/*" -C "$1/tree/root" -xf "$1/root.tar"
  mke2fs -q -t ext4 -L root -O ^metadata_csum,^has_journal -E root_owner=0:0 -d "$1/tree/root" \
    "$1/disk.raw" "$2"' sh "$work" "$disk_size"
make_disk "$work/disk.raw"

# --- kernel and initrds ---------------------------------------------------------------------------
get_arm64 linux-image-arm64 # which is empty, and depends on the one that is not
get_arm64 "$(dpkg-deb -f "$debian_file" Depends | sed 's/ *[(,].*//')"
mkdir -p "$work/kernel/lib"
dpkg-deb --fsys-tarfile "$debian_file" >"$work/kernel.tar"
tar -C "$work/kernel" --wildcards --no-same-owner -xf "$work/kernel.tar" \
  './boot/vmlinuz-*' './usr/lib/modules/*' './usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb'
get_arm64 busybox-static
dpkg-deb --fsys-tarfile "$debian_file" | tar -xO ./usr/bin/busybox >"$work/busybox"
ln -s ../usr/lib/modules "$work/kernel/lib/modules"
version=$(basename "$work/kernel"/usr/lib/modules/*)
depmod -b "$work/kernel" "$version"
cp "$work/kernel/boot/vmlinuz-$version" "$out/vmlinuz"
cp "$work/kernel/usr/lib/linux-image-$version/broadcom/bcm2837-rpi-3-b.dtb" "$out/raspi3b.dtb"
make_initrd virt "$version" ''
make_initrd raspi3b "$version" ''
echo "$version" >"$out/kernel-version"
