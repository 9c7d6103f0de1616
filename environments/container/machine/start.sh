#!/bin/sh
# In the machine that is to become a template: has the engine make and start the container that waits
# in all its clones, with the agent as its first process.
#
#   malassay-container MEMORY PROCESSES PROCESSORS DISK PORT LOGIN IN OUT
#
# MEMORY and DISK in bytes; PORT is that of the image's web service; LOGIN the protocol by which
# somebody has logged in before, or "none"; IN and OUT are what becomes the agent's standard input and
# output: see malassay-runtime.
set -eu
memory=$1 processes=$2 processors=$3 disk=$4 port=$5 login=$6
echo "$7 $8" >/run/malassay-ports

parts=/usr/local/lib/malassay
image=$(docker load -q -i $parts/image.tar | sed -n 's/^Loaded image\( ID\)\{0,1\}: //p' | head -n 1)
docker image inspect -f '{{range .Config.Entrypoint}}{{println .}}{{end}}{{range .Config.Cmd}}{{println .}}{{end}}' \
  "$image" >/run/malassay-service
set --
while IFS= read -r word; do
  if [ -n "$word" ]; then set -- "$@" "$word"; fi
done </run/malassay-service
set -- "$port" "$@"
if [ "$login" != none ]; then set -- --login "$login" "$@"; fi
docker create -i --name malassay-guest --hostname malassay-guest --network none --dns 10.0.2.3 \
  --user 0 --no-healthcheck --memory "$memory" --memory-swap "$memory" --pids-limit "$processes" \
  --cpus "$processors" --stop-signal SIGKILL --entrypoint /malassay-agent "$image" "$@"
docker cp -q $parts/agent malassay-guest:/malassay-agent
docker cp -q $parts/marker malassay-guest:/etc/malassay-guest
if [ "$login" != none ]; then
  docker cp -q $parts/terminal malassay-guest:/usr/local/sbin/malassay-terminal
  docker cp -q $parts/shell malassay-guest:/usr/local/sbin/malassay-shell
fi

# The file system keeps no more room than a sample may take and for what is delivered beside it, the
# sample and its libraries. So no sample takes more, however fast it is; the agent, which measures
# what is the sample's own, tells the verdict. Project quotas are no such bound on ext4: what comes by
# way of an overlay is written with the engine's rights, whom they do not bind, and root in a container
# can take a file out of its project.
delivered=67108864
room=$(($(stat -f -c '%a * %S' /)))
spare=$((room - disk - delivered))
if [ "$spare" -lt 0 ]; then
  echo "the machine's disk has room for $((room - delivered)) bytes of a sample's, and -Ddisk asks" \
    "for $disk: give less" >&2
  exit 1
fi
if [ "$spare" -gt 0 ]; then fallocate -l "$spare" $parts/no-room; fi

docker start malassay-guest
