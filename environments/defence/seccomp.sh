#!/bin/sh
# Sets the filter against execute permission up in a guest: before whatever is the shell of a login.
set -eu
if [ -f /etc/malassay-login-shell ]; then
  mv /etc/malassay-login-shell /etc/malassay-filtered-shell
fi
echo /usr/local/sbin/malassay-filter >/etc/malassay-login-shell
