#!/bin/sh
# Makes the suites of bypasses and of administration: what a guest needs of them, as the archive
# OUT/suite.tar, to be unpacked in its root.
#
#   usr/local/lib/malassay/bypass    tries a way around a defence (bypass.h)
#   usr/local/lib/malassay/check     looks whether a task of administration had its effect (task.c)
#   usr/local/lib/malassay/cost      how long calls take (cost.c)
#   usr/local/lib/malassay/inputs    what the tasks install, unpack, copy
#   usr/local/lib/malassay/targets   executables that bypasses write to
#   usr/local/sbin/malassay-update   a way out for updates (update.c), with its list and its units
#
#   build-suite.sh OUT
#
# Needs the cross compiler for armhf, and dpkg-deb.
set -eu
export LC_ALL=C

out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
tree=$work/tree
place=$tree/usr/local/lib/malassay
inputs=$place/inputs
mkdir -p "$place/targets" "$inputs" "$tree/usr/local/sbin" "$tree/opt/malassay-app" "$tree/var/log" \
  "$tree/usr/lib/systemd/system" "$tree/etc/systemd/system/sockets.target.wants"
cd "$here"

# Linked to fixed addresses, as one process writes to another's memory (membership.c).
program() { # FILE SOURCE...
  file=$1
  shift
  arm-linux-gnueabihf-gcc -static -no-pie -s -O2 -Wall -Wextra -D_FILE_OFFSET_BITS=64 \
    -D_TIME_BITS=64 "-Wa,-I$work" -o "$file" "$@"
}

# What ends with a status, and does nothing else.
ends_with() { # STATUS FILE
  arm-linux-gnueabihf-gcc -nostdlib -static -s "-DSTATUS=$1" -Wl,-z,noexecstack \
    -Wl,--build-id=none -Wl,-z,max-page-size=4096 -o "$2" payload.S
}

# --- bypasses -------------------------------------------------------------------------------------
ends_with 7 "$work/payload"
arm-linux-gnueabihf-gcc -nostdlib -shared -fPIC -s -O2 -fno-builtin -fno-stack-protector -Wall \
  -Wextra -Wl,-z,noexecstack -o "$work/preload" preload.c
program "$place/bypass" bypass.c permission.c content.c shells.c membership.c guards.c effect.c proof.c
for target in proof cp open-write truncate hardlink-write symlink-write rename-write proc-fd-write \
  pidfd-getfd; do
  ends_with 0 "$place/targets/$target"
done
echo plain >"$place/targets/plain" # no executable
arm-linux-gnueabihf-gcc -c -o "$work/chmod-64.o" chmod-64.S
arm-linux-gnueabihf-objcopy -O binary -j .data "$work/chmod-64.o" "$place/targets/chmod-64"
chmod 755 "$place/targets/chmod-64"

# --- administration -------------------------------------------------------------------------------
program "$place/check" task.c
program "$place/cost" cost.c
program "$tree/usr/local/sbin/malassay-update" update.c

# A package with one program.
package() { # NAME
  mkdir -p "$work/$1/DEBIAN" "$work/$1/usr/bin"
  cat >"$work/$1/DEBIAN/control" <<'CONTROL'
Package: PACKAGE
Version: 1
Architecture: armhf
Maintainer: Malassay <malassay@example.org>
Description: a program that ends with status 7
CONTROL
  sed -i "s/PACKAGE/malassay-$1/" "$work/$1/DEBIAN/control"
  printf '#!/bin/sh\nexit 0\n' >"$work/$1/DEBIAN/postinst"
  chmod 755 "$work/$1/DEBIAN/postinst"
  cp "$work/payload" "$work/$1/usr/bin/malassay-$1"
  dpkg-deb --root-owner-group --build "$work/$1" "$inputs/$1.deb" >/dev/null
}
for name in tiny small old gate; do package "$name"; done

# An archive of root's, of what is in a folder.
archive() { # FOLDER FILE OPTION...
  folder=$1 file=$2
  shift 2
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 "$@" -C "$folder" -cf "$file" .
}
mkdir -p "$work/update/opt/malassay/bin" "$work/backup/restored"
cp "$work/payload" "$work/update/opt/malassay/bin/app"
echo 2 >"$work/update/opt/malassay/version"
archive "$work/update" "$inputs/update.tar"
echo restored >"$work/backup/restored/settings"
printf '#!/bin/sh\nexit 0\n' >"$work/backup/restored/hook"
chmod 755 "$work/backup/restored/hook"
archive "$work/backup" "$inputs/backup.tgz" -z
printf '#!/bin/sh\necho ran >/root/script-ran\n' >"$inputs/script"
echo '0 5 * * * /usr/bin/true' >"$inputs/crontab"
cat >"$inputs/malassay-hello.service" <<'UNIT'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/touch /run/malassay-hello
[Install]
WantedBy=multi-user.target
UNIT
ends_with 0 "$tree/opt/malassay-app/app"
cp "$work/payload" "$inputs/app-2"
chmod 644 "$inputs/app-2"
(cd "$inputs" && sha256sum app-2 | sed 's,app-2,/usr/local/lib/malassay/inputs/app-2,' >app-2.sha256)
echo 'Nov 30 05:00:00 device started: all is well' >"$tree/var/log/device.log"

# --- the way out for updates ----------------------------------------------------------------------
sha256sum "$inputs/gate.deb" | cut -d ' ' -f 1 >"$place/updates"
chmod 755 "$place/updates" # which makes it a list (update.c)
cp malassay-update.socket malassay-update.service malassay-bystander.service \
  "$tree/usr/lib/systemd/system"
ln -s /usr/lib/systemd/system/malassay-update.socket "$tree/etc/systemd/system/sockets.target.wants"

find "$tree" -type d -exec chmod 755 {} +
# No folders: those that a guest has stay as they are.
(cd "$tree" && find . ! -type d) | sort |
  tar --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$tree" -cf "$out/suite.tar" -T -
