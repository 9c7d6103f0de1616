# Packages of Debian, one by one, without what they depend on. For scripts to source:
#
#   debian_open FOLDER SUITE ARCHITECTURE   makes FOLDER and reads the archive's index into it
#   debian_get PACKAGE                      sets debian_file, the path of the package
#
# Both fail with the reason, one line, in debian_reason. It is apt that does the work, with settings,
# lists and state of its own: it checks Debian's signatures and installs nothing. What this machine's
# apt is told of the way to an archive, a proxy say, counts here too.
#
# MALASSAY_DEBIAN_MIRROR replaces Debian's own archive, MALASSAY_DEBIAN_KEYRING its keys.
# shellcheck shell=sh disable=SC2034 # what is set is read there

debian_mirror=${MALASSAY_DEBIAN_MIRROR:-http://deb.debian.org/debian}
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

debian_open() {
  debian_folder=$1
  mkdir -p "$1/etc/apt/apt.conf.d" "$1/etc/apt/preferences.d" "$1/etc/apt/trusted.gpg.d" \
    "$1/var/lib/dpkg" "$1/packages"
  : >"$1/var/lib/dpkg/status"
  cp "$(debian_keyring)" "$1/etc/apt/trusted.gpg.d/archive.gpg"
  echo "deb $debian_mirror $2 main" >"$1/etc/apt/sources.list"
  # As root apt would give up its rights before it downloads, and then not reach the folder.
  cat >"$1/apt.conf" <<END
Dir "$1/";
APT::Architecture "$3";
APT::Architectures { "$3"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "15";
$(apt-config dump | grep '^Acquire::https\?::.*"..*";$' || true)
END
  debian_apt update || {
    sleep "$debian_pause"
    debian_apt update
  }
}

# An archive that changes has replaced what its index, read before, still names.
debian_get() {
  debian_download "$1" || {
    sleep "$debian_pause"
    debian_apt update && debian_download "$1"
  }
}

debian_download() {
  debian_apt download "$1" || return
  debian_file=$(find "$debian_folder/packages" -name "${1}_*.deb")
}

debian_apt() {
  if (cd "$debian_folder/packages" && APT_CONFIG=$debian_folder/apt.conf apt-get -qq "$@") \
    >"$debian_folder/log" 2>&1; then
    return
  fi
  debian_reason=$(sed -n 's/^[EW]: //p' "$debian_folder/log" | head -n 1 | tr -s ' ')
  return 1
}
