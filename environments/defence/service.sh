#!/bin/sh
# Has the web service of a guest run under its profile: the library with the filter is loaded into it.
# Checks that it is in force in each of its processes, and that under it nothing is executed.
set -eu
filter=/usr/local/sbin/malassay-service-filter.so

mkdir -p /etc/systemd/system/nginx.service.d
cat >/etc/systemd/system/nginx.service.d/malassay.conf <<END
[Service]
Environment=LD_PRELOAD=$filter
END
systemctl daemon-reload
systemctl restart nginx.service || {
  echo "nginx does not start under its profile: $(systemctl status nginx.service 2>&1 | tail -n 3)" >&2
  exit 1
}
main=$(systemctl show -P MainPID nginx.service)
for process in "$main" $(cat "/proc/$main/task/$main/children"); do
  if ! grep -q '^Seccomp:[[:space:]]*2$' "/proc/$process/status"; then
    echo "nginx runs without its filter: process $process" >&2
    exit 1
  fi
done
LD_PRELOAD=$filter /bin/sh -c 'exit 0' || {
  echo "no program starts under the filter" >&2
  exit 1
}
if LD_PRELOAD=$filter /bin/sh -c 'exec /bin/true' 2>/dev/null; then
  echo "the filter lets programs be executed" >&2
  exit 1
fi
