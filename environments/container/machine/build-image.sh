#!/bin/sh
# Makes the image of a machine in which the container environment's guests are (-Dcontainer.kernel=arm)
# in the folder OUT, which must be there and empty:
#
#   vmlinuz              Debian 13's kernel for arm64
#   initrd-virt          the few modules that it starts with
#   machines             on which machines it starts
#   disk.qcow2           Debian 13 for armhf with systemd, openssh-server, a Docker engine and crun; and
#                        the archive of the image that its container is made from
#   debian               which Debian that is
#   key, host-key.pub    the key that opens it, and the one that it shows; made anew each time
#
#   build-image.sh OUT [ARCHIVE]
#
# ARCHIVE, as "docker save" makes it, takes the place of the container environment's own image.
#
# Needs what container/build-image.sh needs, and the cross compiler for armhf, mke2fs, qemu-img,
# depmod, cpio, xz and ssh-keygen. Mounts nothing, and need not be root.
# Exit status: 0 built, 2 something is missing or wrong, as said on standard error.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

out=$(readlink -f "$1")
archive=${2:-}
here=$(dirname "$(readlink -f "$0")")
guest=$here/guest.sh
[ -f "$guest" ] || guest=$here/../../machine/guest.sh
# shellcheck source-path=SCRIPTDIR source=../../machine/guest.sh
. "$guest"
require_users

suite=trixie
# Sparse. malassay-container leaves a sample as much of it as -Ddisk says.
disk_size=16384M

work=$(mktemp -d)
# In a user namespace the files of the tree belong to others than the user outside of it.
in_namespace() { if [ "$(id -u)" = 0 ]; then "$@"; else mmdebstrap --unshare-helper "$@"; fi; }
container=
leave() {
  if [ -n "$container" ]; then
    # With all that it has started, which has a group of its own; it clears away what it has made.
    kill -- "-$container" 2>/dev/null || true
    wait "$container" || true
  fi
  in_namespace rm -rf "$work/tree/root"
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 1' HUP INT TERM
chmod 711 "$work"

# --- the container's image, meanwhile ---------------------------------------------------------------
mkdir "$work/container"
if [ -z "$archive" ]; then
  archive=$work/container/image.tar
  setsid sh "$here/container/build-image.sh" "$work/container" malassay-container:arm &
  container=$!
fi

# --- programs ---------------------------------------------------------------------------------------
make_programs_and_settings
compile container-agent -DAGENT_WATCHES_DISK -DAGENT_DISK_IS_ITS_OWN \
  agent.c commands.c count.c file.c probe.c sample.c service.c spawn.c tell.c disk.c
compile awake -DAWAKE_GIVES_NAMES awake.c names.c
compile terminal terminal.c hold.c screen.c script.c socket.c type.c
compile shell gate.c socket.c
cat >"$work/daemon.json" <<'END_OF_SETTINGS'
{
  "bridge": "none",
  "iptables": false,
  "ip6tables": false,
  "ip-forward": false,
  "log-driver": "none",
  "storage-driver": "overlay2",
  "exec-opts": ["native.cgroupdriver=cgroupfs"],
  "runtimes": {"malassay": {"path": "/usr/local/sbin/malassay-runtime"}},
  "default-runtime": "malassay"
}
END_OF_SETTINGS

# --- kernel and initrd ------------------------------------------------------------------------------
get_arm64 linux-image-arm64 # which is empty, and depends on the one that is not
get_arm64 "$(dpkg-deb -f "$debian_file" Depends | sed 's/ *[(,].*//')"
mkdir -p "$work/kernel/lib"
dpkg-deb --fsys-tarfile "$debian_file" >"$work/kernel.tar"
tar -C "$work/kernel" --wildcards --no-same-owner -xf "$work/kernel.tar" \
  './boot/vmlinuz-*' './usr/lib/modules/*'
get_arm64 busybox-static
dpkg-deb --fsys-tarfile "$debian_file" | tar -xO ./usr/bin/busybox >"$work/busybox"
ln -s ../usr/lib/modules "$work/kernel/lib/modules"
version=$(basename "$work/kernel"/usr/lib/modules/*)
depmod -b "$work/kernel" "$version"
cp "$work/kernel/boot/vmlinuz-$version" "$out/vmlinuz"
make_initrd virt "$version" ''
echo "$version" >"$out/kernel-version"

# What the engine asks of the kernel, and modprobe finds in the machine.
mkdir -p "$work/modules/usr/lib/modules/$version"
cp "$work/kernel/usr/lib/modules/$version"/modules.builtin* \
  "$work/kernel/usr/lib/modules/$version"/modules.order "$work/modules/usr/lib/modules/$version"
find_module "$version" overlay | sed -n 's/^insmod \([^ ]*\).*/\1/p' | while read -r file; do
  to=$work/modules/usr/lib/modules/${file##*/lib/modules/}
  mkdir -p "$(dirname "$to")"
  cp "$file" "$to"
done
ln -s usr/lib "$work/modules/lib"
depmod -b "$work/modules" "$version"
rm "$work/modules/lib"
tar -C "$work/modules" --numeric-owner --owner=0 --group=0 -cf "$work/modules.tar" usr
echo overlay >"$work/modules.conf"

# --- the disk ---------------------------------------------------------------------------------------
# shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
debian_bootstrap "$suite" "$work/root.tar" \
  --variant=essential --architectures=armhf \
  --include=systemd-sysv,udev,kmod,iproute2,procps,openssh-server,docker.io,docker-cli,crun \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/bash-completion/*' \
  --customize-hook='rm -rf "$1"/var/cache/*' \
  --customize-hook='rm -f "$1"/etc/ssh/ssh_host_*; mkdir -p -m 700 "$1"/root/.ssh' \
  --customize-hook='echo malassay-machine > "$1"/etc/hostname; echo nameserver 10.0.2.3 > "$1"/etc/resolv.conf' \
  --customize-hook='echo "127.0.0.1 localhost malassay-machine" > "$1"/etc/hosts' \
  --customize-hook='echo "/dev/root / ext4 defaults,noatime 0 0" > "$1"/etc/fstab' \
  --customize-hook="upload $work/sshd.conf /etc/ssh/sshd_config.d/malassay.conf" \
  --customize-hook="upload $work/key.pub /root/.ssh/authorized_keys" \
  --customize-hook="upload $work/host-key /etc/ssh/ssh_host_ed25519_key" \
  --customize-hook="upload $work/host-key.pub /etc/ssh/ssh_host_ed25519_key.pub" \
  --customize-hook='mkdir -p "$1"/etc/docker "$1"/usr/local/lib/malassay' \
  --customize-hook="upload $work/daemon.json /etc/docker/daemon.json" \
  --customize-hook="upload $work/modules.conf /etc/modules-load.d/malassay.conf" \
  --customize-hook="tar-in $work/modules.tar /" \
  --customize-hook="upload $work/marker /usr/local/lib/malassay/marker" \
  --customize-hook="upload $work/container-agent /usr/local/lib/malassay/agent" \
  --customize-hook="upload $work/terminal /usr/local/lib/malassay/terminal" \
  --customize-hook="upload $work/shell /usr/local/lib/malassay/shell" \
  --customize-hook="upload $here/start.sh /usr/local/sbin/malassay-container" \
  --customize-hook="upload $here/runtime.sh /usr/local/sbin/malassay-runtime" \
  --customize-hook="upload $here/network.sh /usr/local/sbin/malassay-network" \
  --customize-hook="upload $work/agent /usr/local/sbin/malassay-agent" \
  --customize-hook="upload $work/awake /usr/local/sbin/malassay-awake" \
  --customize-hook="upload $work/awake.service /etc/systemd/system/malassay-awake.service" \
  --customize-hook='chmod 755 "$1"/usr/local/sbin/malassay-* "$1"/usr/local/lib/malassay/agent "$1"/usr/local/lib/malassay/terminal "$1"/usr/local/lib/malassay/shell' \
  --customize-hook='chroot "$1" usermod -s /bin/sh root' \
  --customize-hook='chmod 600 "$1"/etc/ssh/ssh_host_ed25519_key "$1"/root/.ssh/authorized_keys' \
  --customize-hook='chmod 644 "$1"/usr/local/lib/malassay/marker' \
  --customize-hook='chroot "$1" systemctl enable malassay-awake.service ssh.service docker.service' \
  --customize-hook="chroot \"\$1\" systemctl mask $masked" \
  --customize-hook="download /etc/debian_version $work/debian_version"
echo "$(cat "$work/debian_version"), main part alone" >"$out/debian"
chmod 644 "$work/root.tar"
if [ -n "$container" ]; then
  ended=$container container=
  wait "$ended" || exit $?
fi

: >"$work/disk.raw"
mkdir "$work/tree"
chmod 666 "$work/disk.raw"
chmod 777 "$work/tree"
# The nodes of /dev come from the kernel. (No checksums: older e2fsprogs and QEMU agree on that.)
# The folder is made in the namespace, whose root could not change that of a user outside of it, nor
# read the user's files: the archive is opened out here.
# shellcheck disable=SC2016
in_namespace sh -euc 'mkdir -m 755 "$1/tree/root"
  tar --numeric-owner --exclude="./dev/*" -C "$1/tree/root" -xf "$1/root.tar"
  cat >"$1/tree/root/usr/local/lib/malassay/image.tar"
  mke2fs -q -t ext4 -L root -m 0 -O ^metadata_csum,^has_journal,uninit_bg -E root_owner=0:0 \
    -d "$1/tree/root" "$1/disk.raw" "$2"' sh "$work" "$disk_size" <"$archive"
make_disk "$work/disk.raw"
