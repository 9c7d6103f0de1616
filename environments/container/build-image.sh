#!/bin/sh
# Makes the image of the container environment: Debian 13 for armhf with nginx, one page and busybox,
# as an archive for "docker load".
#
#   build-image.sh NAME:TAG PAGE OUT.tar
#
# Needs mmdebstrap, and a kernel that runs ARM programs (natively, or by qemu-user and binfmt).
# Exit status: 0 built, 2 something is missing or wrong, as said on standard error.
# The architecture is written into the image here, because "docker import --platform" of Docker 20
# ignores it.
set -eu

tag=$1
page=$(readlink -f "$2")
out=$(readlink -f "$3")
here=$(dirname "$(readlink -f "$0")")
debian=$here/debian.sh
[ -f "$debian" ] || debian=$here/../debian/debian.sh
# shellcheck source-path=SCRIPTDIR source=../debian/debian.sh
. "$debian"

suite=trixie

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Files are put in by mmdebstrap, so that they belong to root there even when nobody is root here.
# The names of this machine and of its DNS server, which mmdebstrap copies, do not stay in.
# busybox is what droppers look for on a device, and these are the applets by which they fetch.
# shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
debian_bootstrap "$suite" "$work/layer.tar" \
  --variant=essential --architectures=armhf --include=nginx,busybox \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/bash-completion/*' \
  --customize-hook='rm -rf "$1"/var/www/html/* "$1"/var/log/* "$1"/var/cache/*' \
  --customize-hook='mkdir -p "$1"/var/log/nginx' \
  --customize-hook='echo device > "$1"/etc/hostname; : > "$1"/etc/resolv.conf' \
  --customize-hook='echo "127.0.0.1 localhost" > "$1"/etc/hosts' \
  --customize-hook='head -c 32 /dev/zero > "$1"/etc/nginx/quic_host_key' \
  --customize-hook='for applet in wget tftp telnet; do
    chroot "$1" sh -c "command -v $applet" >/dev/null || ln -s busybox "$1/usr/bin/$applet"; done' \
  --customize-hook="copy-in $here/nginx.conf /etc/nginx" \
  --customize-hook="upload $page /var/www/html/index.html" \
  --customize-hook='chmod 644 "$1"/etc/nginx/nginx.conf "$1"/var/www/html/index.html' \
  --customize-hook="download /etc/debian_version $work/debian_version"

layer=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)

cat > "$work/config.json" <<END
{
  "architecture": "arm", "variant": "v7", "os": "linux",
  "config": {
    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    "Cmd": ["nginx", "-g", "daemon off;"],
    "WorkingDir": "/",
    "Labels": {"org.malassay": "image", "org.malassay.debian": "$(cat "$work/debian_version"), main part alone"}
  },
  "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]},
  "history": [{"created_by": "Malassay: environments/container/build-image.sh"}]
}
END
cat > "$work/manifest.json" <<END
[{"Config": "config.json", "RepoTags": ["$tag"], "Layers": ["layer.tar"]}]
END
tar -C "$work" -cf "$out" manifest.json config.json layer.tar
