#!/bin/sh
# The runtime that the engine calls: crun, but that the first process of a container has two ports of
# the machine as its standard input and output. So nothing of the engine's stands between the agent
# and the host, which would have to be translated anew in each clone; all else is as the engine has
# it. In the container there is no file by which to open a port, and whoever makes one may not.
case " $* " in
  *" create "*)
    read -r in out </run/malassay-ports
    exec crun "$@" <"$in" >"$out" 2>/dev/null
    ;;
esac
exec crun "$@"
