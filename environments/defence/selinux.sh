#!/bin/sh
# Sets SELinux up in a guest: loads our policy, labels what is not fixed, has systemd and the web
# service begin anew under it, and enforces from then on. The kernel must have been told that SELinux
# is among its LSMs.
set -eu
kernel=/sys/fs/selinux

if ! grep -qw selinux /sys/kernel/security/lsm; then
  echo 'SELinux is not among the LSMs of this kernel (/sys/kernel/security/lsm)' >&2
  exit 1
fi
[ -e "$kernel/load" ] || mount -t selinuxfs selinuxfs "$kernel"
dd if=selinux-policy of="$kernel/load" bs=1M status=none # in one piece, or it is refused
{
  sed -n 's/^deputy /fixed /p; /^gate /p; /^shell /p' guarded-files
  cat <<'END'
service /usr/sbin/nginx
page /var/log/nginx/
page /var/lib/nginx/
page /run/nginx.pid
memory /dev/mem
memory /dev/port
END
  # A shell on a terminal does what anybody types there: as units, a login may not even start them.
  for unit in debug-shell.service rescue.service rescue.target emergency.service emergency.target; do
    echo "shell /usr/lib/systemd/system/$unit"
  done
} | malassay-label

# systemd asks the policy whom it may obey, and is the only program that knows of SELinux: each looks
# for this file when it begins.
mkdir -p /etc/selinux
echo SELINUX=permissive >/etc/selinux/config
systemctl daemon-reexec
rm /etc/selinux/config

systemctl restart nginx.service
grep -q :web "/proc/$(systemctl show --property=MainPID --value nginx.service)/attr/current"
echo 1 >"$kernel/enforce"
if malassay-entry /usr/bin/systemctl daemon-reload 2>/dev/null; then
  echo 'systemd does not ask the policy of SELinux' >&2
  exit 1
fi
