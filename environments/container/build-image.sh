#!/bin/sh
# Makes the image of the container environment: Debian 13 for armhf with nginx, one page, busybox and
# telnetd, as the archive image.tar for "docker load" in the folder OUT.
#
#   build-image.sh OUT NAME:TAG
#
# Needs mmdebstrap, and a kernel that runs ARM programs (natively, or by qemu-user and binfmt).
# Exit status: 0 built, 2 something is missing or wrong, as said on standard error.
# The architecture is written into the image here, because "docker import --platform" of Docker 20
# ignores it.
set -eu

out=$(readlink -f "$1")
tag=$2
here=$(dirname "$(readlink -f "$0")")
debian=$here/debian.sh
[ -f "$debian" ] || debian=$here/../debian/debian.sh
# shellcheck source-path=SCRIPTDIR source=../debian/debian.sh
. "$debian"

suite=trixie

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The names of this machine and of its DNS server, which mmdebstrap copies, do not stay in.
# shellcheck disable=SC2016 # $1 in a hook is mmdebstrap's
debian_device "$suite" "$work/layer.tar" \
  --customize-hook='rm -rf "$1"/var/log/*; mkdir -p "$1"/var/log/nginx' \
  --customize-hook='echo device > "$1"/etc/hostname; : > "$1"/etc/resolv.conf' \
  --customize-hook='echo "127.0.0.1 localhost" > "$1"/etc/hosts'

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
tar -C "$work" -cf "$out/image.tar" manifest.json config.json layer.tar
