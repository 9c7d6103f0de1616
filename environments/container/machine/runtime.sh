#!/bin/sh
# The runtime that the engine calls: crun, with two differences when it creates a container.
#
# Its first process has two ports of the machine as its standard input and output. So nothing of the
# engine's stands between the agent and the host, which would have to be translated anew in each
# clone. In the container there is no file by which to open a port, and whoever makes one may not.
#
# The engine is one for 32 bits, and its seccomp profile, which names no architecture, kills programs
# of 64. One for arm64 has the same profile for both (moby, profiles/seccomp), and so has this.
set -eu
is_creating=
bundle=
last=
for word; do
  case $last in
    --bundle | -b) bundle=$word ;;
  esac
  if [ "$word" = create ]; then is_creating=yes; fi
  last=$word
done
if [ -z "$is_creating" ]; then exec crun "$@"; fi
sed -i 's/"seccomp":{/&"architectures":["SCMP_ARCH_ARM","SCMP_ARCH_AARCH64"],/' "$bundle/config.json"
read -r in out </run/malassay-ports
exec crun "$@" <"$in" >"$out" 2>/dev/null
