#!/bin/sh
# Gives the network of the machine to its container, which has the address then: there is no bridge,
# and no way from the one to the other. After this nobody connects to the machine itself any more.
set -eu
pid=$(docker inspect -f '{{.State.Pid}}' malassay-guest)
# The root that samples have, for whoever asks the machine what is in it; and the namespace of the
# container's host name, for malassay-awake.
ln -s "/proc/$pid/root" /run/malassay-root
ln -s "/proc/$pid/ns/uts" /run/malassay-uts
ip link set eth0 netns "$pid"
exec nsenter -t "$pid" -n sh -euc 'ip link set lo up
  ip address add 10.0.2.15/24 dev eth0
  ip link set eth0 up
  ip route add default via 10.0.2.2'
