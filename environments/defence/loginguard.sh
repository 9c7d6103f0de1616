#!/bin/sh
# Sets the login guard up in a guest: loginguard.sh RULE,...
set -eu
# Who holds logins is a member, and could make this name no more.
ln -sf malassay-terminal /usr/local/sbin/malassay-login
malassay-guard load "$1" <guarded-files
case ,$1, in
  *,shell,*) echo /usr/local/sbin/malassay-limited-shell >/etc/malassay-login-shell ;;
esac
