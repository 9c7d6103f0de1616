#!/bin/sh
# In the machine that is to become a template: has the engine make and start the container that waits
# in all its clones, with the agent as its first process.
#
#   malassay-container MEMORY PROCESSES PROCESSORS PORT IN OUT
#
# MEMORY in bytes; PORT is that of the image's web service; IN and OUT are what becomes the agent's
# standard input and output: see malassay-runtime.
set -eu
memory=$1 processes=$2 processors=$3 port=$4
echo "$5 $6" >/run/malassay-ports

parts=/usr/local/lib/malassay
image=$(docker load -q -i $parts/image.tar | sed -n 's/^Loaded image\( ID\)\{0,1\}: //p' | head -n 1)
docker image inspect -f '{{range .Config.Entrypoint}}{{println .}}{{end}}{{range .Config.Cmd}}{{println .}}{{end}}' \
  "$image" >/run/malassay-service
set --
while IFS= read -r word; do
  if [ -n "$word" ]; then set -- "$@" "$word"; fi
done </run/malassay-service
docker create -i --name malassay-guest --hostname malassay-guest --network none --dns 10.0.2.3 \
  --user 0 --no-healthcheck --memory "$memory" --memory-swap "$memory" --pids-limit "$processes" \
  --cpus "$processors" --stop-signal SIGKILL --entrypoint /malassay-agent "$image" "$port" "$@"
docker cp -q $parts/agent malassay-guest:/malassay-agent
docker cp -q $parts/marker malassay-guest:/etc/malassay-guest
docker start malassay-guest
# The root that samples have, for whoever asks the machine what is in it.
ln -s "/proc/$(docker inspect -f '{{.State.Pid}}' malassay-guest)/root" /run/malassay-root
