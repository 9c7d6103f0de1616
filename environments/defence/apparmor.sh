#!/bin/sh
# Sets AppArmor up in a guest: its policy confines the web service, which is started anew, and what a
# remote login starts.
set -eu
if ! command -v apparmor_parser >/dev/null; then
  echo "the guest's image has no apparmor_parser (Debian: apparmor)" >&2
  exit 1
fi
apparmor_parser --replace --skip-cache apparmor-policy
systemctl restart nginx.service
# It was started after the policy was there.
grep -q malassay-nginx "/proc/$(systemctl show --property=MainPID --value nginx.service)/attr/current"
