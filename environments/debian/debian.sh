# Packages of Debian, for scripts to source. MALASSAY_DEBIAN_MIRROR replaces Debian's own archive,
# MALASSAY_DEBIAN_KEYRING its keys: what no key of these has signed is not taken. What this machine's
# apt is told of the way to an archive, a proxy say, counts here too.
#
# Of a suite only the main part is asked for: its updates and security updates lie elsewhere, and do
# not always arrive for every architecture, or at once. What fails is tried again; an archive that
# changes has replaced what its index, read before, still names.
# shellcheck shell=sh disable=SC2034,SC2154 # what is set is read there, $work is set there

debian_mirror=${MALASSAY_DEBIAN_MIRROR:-http://deb.debian.org/debian}
debian_remedy='run the same command again later, or name another archive by MALASSAY_DEBIAN_MIRROR'
debian_pause=2 # seconds: by then another of the archive's servers may answer

debian_keyring() {
  for keyring in "${MALASSAY_DEBIAN_KEYRING-}" /usr/share/keyrings/debian-archive-keyring.gpg \
    /usr/share/keyrings/debian-archive-keyring.pgp; do
    if [ -f "$keyring" ]; then
      echo "$keyring"
      return
    fi
  done
  return 1
}

debian_settings() {
  echo 'Acquire::Retries "2";'
  echo 'Acquire::http::Timeout "15";'
  apt-config dump | grep '^Acquire::https\?::.*"..*";$' || true
}

# debian_reasons LOG: why apt failed, in one line: each package, or file of an index, with its reason.
debian_reasons() {
  awk '
    /^E: Failed to fetch / {
      what = $5
      if (what ~ /\.deb$/) {
        count_of_parts = split(what, parts, "/")
        split(parts[count_of_parts], of, "_")
        sub(/\.deb$/, "", of[3])
        what = of[1] ":" of[3]
      }
      $1 = $2 = $3 = $4 = $5 = ""
      sub(/^ +/, "")
      if (!told[what]++) reasons = reasons (count++ ? "; " : "") what ": " $0
      next
    }
    /^E: / && !other { other = substr($0, 4) }
    END { print count ? reasons : other }' "$1"
}

# --- single packages, without what they depend on -------------------------------------------------
# It is apt that does the work, with settings, lists and state of its own; nothing is installed. What
# fails leaves its reason in debian_reason.

# debian_open FOLDER SUITE ARCHITECTURE: makes FOLDER and reads the archive's index into it. With
# "source" as the architecture it is the index of the sources.
debian_open() {
  debian_folder=$1
  mkdir -p "$1/etc/apt/apt.conf.d" "$1/etc/apt/preferences.d" "$1/etc/apt/trusted.gpg.d" \
    "$1/var/lib/dpkg" "$1/packages"
  : >"$1/var/lib/dpkg/status"
  cp "$(debian_keyring)" "$1/etc/apt/trusted.gpg.d/archive.gpg"
  {
    echo "Dir \"$1/\";"
    if [ "$3" != source ]; then
      echo "APT::Architecture \"$3\";"
      echo "APT::Architectures { \"$3\"; };"
    fi
    # As root apt would give up its rights before it downloads, and then not reach the folder.
    echo 'APT::Sandbox::User "root";'
    echo 'APT::Update::Error-Mode "any";'
    echo 'Acquire::Languages "none";'
    debian_settings
  } >"$1/apt.conf"
  if [ "$3" = source ]; then type=deb-src; else type=deb; fi
  echo "$type $debian_mirror $2 main" >"$1/etc/apt/sources.list"
  debian_apt update || {
    sleep "$debian_pause"
    debian_apt update
  }
}

# debian_get PACKAGE...: all at once, as apt reads the archive's index anew each time; sets debian_file,
# the path of the first.
debian_get() {
  debian_again download "$@" || return
  debian_find "$1"
}

# debian_find PACKAGE: sets debian_file, the path of one that was fetched.
debian_find() { debian_file=$(find "$debian_folder/packages" -name "${1}_*.deb"); }

# debian_get_source PACKAGE=VERSION: puts the files of a source package into FOLDER/packages.
debian_get_source() { debian_again source --download-only "$1"; }

debian_again() {
  debian_apt "$@" || {
    sleep "$debian_pause"
    debian_apt update && debian_apt "$@"
  }
}

debian_apt() {
  if (cd "$debian_folder/packages" && APT_CONFIG=$debian_folder/apt.conf apt-get -qq "$@") \
    >"$debian_folder/log" 2>&1; then
    return
  fi
  debian_reason=$(debian_reasons "$debian_folder/log")
  return 1
}

# --- a system of many -----------------------------------------------------------------------------

# debian_bootstrap SUITE OUT OPTION...: mmdebstrap. In $work, a folder of the caller's, it keeps the
# log. Fails with the reason on standard error: exit status 2 where that is the archive's.
debian_bootstrap() {
  debian_suite=$1 debian_out=$2
  shift 2
  debian_settings >"$work/apt.conf"
  cat "$(debian_keyring)" >"$work/keyring.gpg"
  chmod 711 "$work" # apt gives up its rights before it reads
  # shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
  set -- --keyring="$work/keyring.gpg" --aptopt="$work/apt.conf" "$@" \
    --customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap' \
    "$debian_suite" "$debian_out" "deb $debian_mirror $debian_suite main"
  if mmdebstrap "$@" >"$work/mmdebstrap.log" 2>&1; then return; fi
  if debian_is_to_blame; then
    sleep "$debian_pause"
    if mmdebstrap "$@" >"$work/mmdebstrap.log" 2>&1; then return; fi
  fi
  if debian_is_to_blame; then
    echo "Debian's packages cannot be had ($debian_mirror, $debian_suite):" \
      "$(debian_reasons "$work/mmdebstrap.log"); $debian_remedy" >&2
    return 2
  fi
  tail -n 15 "$work/mmdebstrap.log" >&2
  return 1
}

debian_is_to_blame() { grep -q '^E: Failed to fetch ' "$work/mmdebstrap.log"; }

# For debian_device, in the tree $1.
# telnetd without the inetd, and the Perl of that, which its package asks for. What else it needs, its
# client and login need, too.
# shellcheck disable=SC2016
debian_telnetd='cd "$1/tmp"; APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq download inetutils-telnetd
  dpkg-deb --fsys-tarfile inetutils-telnetd_*.deb | tar -C .. -x ./usr/sbin/telnetd; rm inetutils-telnetd_*.deb'
# shellcheck disable=SC2016
debian_account='cd "$1"; chmod 600 etc/malassay-login-password; chmod 644 etc/profile.d/malassay-device.sh
  mkdir usr/local/lib/malassay-device; ln -s /bin/busybox usr/local/lib/malassay-device/sh
  echo admin:x:0:0::/root:/usr/local/sbin/malassay-shell >>etc/passwd
  chroot . perl -e "print q(admin:), crypt(\$ARGV[0], q(\$6\$malassay)), qq(:1::::::\n)" \
    "$(cat etc/malassay-login-password)" >>etc/shadow'

# debian_device SUITE OUT OPTION...: debian_bootstrap of a device for armhf, with the web service whose
# nginx.conf and index.html lie in $here, and busybox: that is what droppers look for, and these are
# the applets by which they fetch. There is an account, "admin", to log in to by Telnet; nobody serves
# that, and its shell (environments/login) is still to be put in. Which Debian it is stands in
# $work/debian_version then. Files are put in by mmdebstrap, so that they belong to root there even
# when nobody is root here.
debian_device() {
  debian_suite=$1 debian_out=$2
  shift 2
  od -An -N12 -tx1 /dev/urandom | tr -d ' ' >"$work/login-password" # nobody has seen it
  cat >"$work/device.sh" <<'END_OF_PROFILE'
# Whose login has the shell of a device finds that by the name of "sh", too; /bin/sh is another one.
[ "$SHELL" != /bin/busybox ] || PATH=/usr/local/lib/malassay-device:$PATH
END_OF_PROFILE
  # shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
  debian_bootstrap "$debian_suite" "$debian_out" \
    --variant=essential --architectures=armhf --include=nginx,busybox,inetutils-telnet,login \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/bash-completion/*' \
    --customize-hook='rm -rf "$1"/var/www/html/* "$1"/var/cache/*; mkdir -p "$1"/var/log/nginx' \
    --customize-hook='head -c 32 /dev/zero > "$1"/etc/nginx/quic_host_key' \
    --customize-hook='for applet in wget tftp telnet; do
      chroot "$1" sh -c "command -v $applet" >/dev/null || ln -s busybox "$1/usr/bin/$applet"; done
      ln -sf busybox "$1/usr/bin/telnet"' \
    --customize-hook="$debian_telnetd" \
    --customize-hook="upload $work/login-password /etc/malassay-login-password" \
    --customize-hook="upload $work/device.sh /etc/profile.d/malassay-device.sh" \
    --customize-hook="$debian_account" \
    --customize-hook="upload $here/nginx.conf /etc/nginx/nginx.conf" \
    --customize-hook="upload $here/index.html /var/www/html/index.html" \
    --customize-hook='chmod 644 "$1"/etc/nginx/nginx.conf "$1"/var/www/html/index.html' \
    --customize-hook="download /etc/debian_version $work/debian_version" \
    "$@"
}

