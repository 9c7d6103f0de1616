#!/usr/bin/env bash
# setup.sh [--check] [ENVIRONMENT,...]: installs and starts what the experiments need, on Debian (12 or later) and
# Ubuntu.
#
#   a Docker engine, unless one answers or DOCKER_HOST names one
#   qemu-user, registered so that ARM programs run in containers (not on an ARM host), those too whose
#     e_ident says what Linux does not read
#   QEMU's ARM machines, and what makes disks and an initrd, for the Raspberry Pi guests
#   the compiler and the C library for bare ARM, for the unikernels
#   clang, bpftool and libbpf, which compile the recorder of system calls; secilc, for a defence of guests
#   mmdebstrap for the images, and the cross compilers for the harmless samples
#   the kernel's source and what builds it, when the environment unikernel-linux is asked for
#
# What is there stays as it is: a second run changes nothing. Needs root, or sudo.
# With --check nothing is touched: what is missing is named, and the exit status is 1 if anything is.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # an ordinary user's PATH lacks them on Debian

engine_socket=/var/run/docker.sock
engine_log=/var/log/malassay-dockerd.log
engine_patience=60 # seconds
engine_descriptors=1048576
binfmt=${MALASSAY_BINFMT:-/proc/sys/fs/binfmt_misc} # another one for tests
qemu_registration=/usr/lib/binfmt.d/qemu-arm.conf

say() { echo "setup: $*"; }
die() {
  local line
  for line in "$@"; do say "$line"; done >&2
  exit 1
}
as_root() { if ((EUID)); then sudo "$@"; else "$@"; fi; }
on_arm() { [[ $(uname -m) == @(aarch64|arm*) ]]; }
asked=''
is_asked_for() { [[ ,$asked, == *,$1,* ]]; }
under_systemd() { [[ -d /run/systemd/system ]]; }

# --- what is missing --------------------------------------------------------------------------------------------

# ping [COMMAND ...]: exit status 0 if an engine answers on the socket, 3 if this user may not ask; COMMAND runs it.
# Perl belongs to every Debian; the docker command is in a package of its own since Debian 13.
# shellcheck disable=SC2016 # the variables are Perl's
ping() {
  "$@" perl -MErrno -MIO::Socket::UNIX -e '
    alarm 10;
    my $engine = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit($!{EACCES} ? 3 : 1);
    print $engine "GET /_ping HTTP/1.0\r\n\r\n";
    exit((<$engine> // "") =~ m{^HTTP/1\.\d 200 } ? 0 : 1)' "$engine_socket"
}

engine_state() {
  if [[ -n ${DOCKER_HOST:-} ]]; then echo remote; return; fi
  local status=0
  ping || status=$?
  case $status in 0) echo answers ;; 3) echo forbidden ;; *) echo absent ;; esac
}

# The registration of 32-bit little-endian ARM that holds the interpreter open (flag F). Without the flag the kernel
# would look for QEMU inside of the container.
qemu_registered() {
  local entry text
  for entry in "$binfmt"/*; do
    [[ ${entry##*/} == @(register|status) ]] && continue
    text=$(cat "$entry" 2>/dev/null) || continue
    [[ $text == enabled* && $text =~ flags:\ [A-Z]*F && $text =~ magic\ 7f454c460101[0-9a-f]*2800 ]] || continue
    echo "$text"
    return
  done
  return 1
}
qemu_is_registered() { qemu_registered >/dev/null; }

# A distribution's registration wants zeros in bytes of e_ident that neither Linux nor qemu-user looks at: the ABI's
# version and the padding (AppImages have a mark there). Ours beside it does not.
odd_registration=malassay-arm
odd_files_are_taken() {
  local interpreter
  interpreter=$(qemu_registered | sed -n 's/^interpreter //p')
  [[ -e $binfmt/$odd_registration || ! -e $interpreter ]] # another machine's interpreter cannot be registered here
}

arm_programs_run() {
  on_arm || qemu_is_registered || return
  ! command -v arch-test >/dev/null || arch-test armhf >/dev/null
}

wanted_packages() {
  echo mmdebstrap arch-test debian-archive-keyring mount xz-utils
  echo qemu-system-arm qemu-utils e2fsprogs mtools kmod cpio openssh-client
  echo gcc-arm-none-eabi libnewlib-arm-none-eabi curl
  echo clang libbpf-dev secilc
  # On Ubuntu it is a part of the kernel's tools.
  if grep -qs ^ID=ubuntu /etc/os-release; then echo linux-tools-generic; else echo bpftool; fi
  echo gcc gcc-arm-linux-gnueabihf gcc-arm-linux-gnueabi gcc-mips-linux-gnu
  echo binutils-arm-linux-gnueabihf binutils-aarch64-linux-gnu
  echo libc6-dev libc6-dev-armhf-cross libc6-dev-armel-cross libc6-dev-mips-cross
  if on_arm; then echo gcc-x86-64-linux-gnu libc6-dev-amd64-cross; else echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross; fi
  if ! on_arm && ! qemu_is_registered; then echo qemu-user-static; fi
  if is_asked_for unikernel-linux; then echo linux-source make bc flex bison; fi
  if ((EUID)); then echo acl uidmap; fi
  if [[ $(engine_state) == absent ]] && ! command -v dockerd >/dev/null; then
    echo docker.io ca-certificates
    # Where the kernel has AppArmor, the engine starts no container without its parser.
    if [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) == Y ]]; then echo apparmor; fi
  fi
}

missing_packages() {
  local wanted installed package
  read -r -d '' -a wanted < <(wanted_packages) || true
  installed=$({ dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2>/dev/null || true; } | sed -n 's/^.i //p')
  installed=$'\n'$installed$'\n'
  for package in "${wanted[@]}"; do
    [[ $installed == *$'\n'"$package"$'\n'* ]] || echo "$package"
  done
}

# One line for each thing that is missing.
missing() {
  local packages
  packages=$(missing_packages | paste -sd' ')
  if [[ -n $packages ]]; then echo "packages: $packages"; fi
  arm_programs_run || echo "ARM programs do not run here"
  if ! on_arm && qemu_is_registered && ! odd_files_are_taken; then echo "ARM programs with an odd e_ident do not run here"; fi
  case $(engine_state) in
    absent) echo "no Docker engine answers at $engine_socket" ;;
    forbidden) echo "$(id -un) may not use the Docker engine at $engine_socket" ;;
  esac
}

what_is_there() {
  local engine="the engine that answers at $engine_socket" arm=natively
  [[ $(engine_state) != remote ]] || engine="DOCKER_HOST=$DOCKER_HOST (ARM programs have to run there, too)"
  on_arm || arm="under qemu-user"
  say "Docker: $engine"
  say "ARM programs run $arm; mmdebstrap and the cross compilers are there"
}

# --- mending it -------------------------------------------------------------------------------------------------

require_root() {
  ((EUID)) || return 0
  local lines=("missing here:" "${@/#/  }")
  command -v sudo >/dev/null || die "${lines[@]}" "this needs root, and there is no sudo: run $0 as root"
  sudo -n true 2>/dev/null && return
  { : </dev/tty; } 2>/dev/null || die "${lines[@]}" "this needs root, and sudo cannot ask for a password here: run $0 as root"
  sudo -v -p "setup: sudo's password for %p: " || die "${lines[@]}" "this needs root: run $0 as root"
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null; }

# again COMMAND ...: a second time when it fails, as an archive does that is being renewed.
again() { "$@" || { sleep 2; "$@"; }; }

install_packages() {
  local log start=$SECONDS
  log=$(mktemp -t malassay-apt.XXXXXX)
  say "installing $*"
  again apt update >"$log" 2>&1 || say "not every list of packages could be renewed: going on with those that are here"
  # Debian 13 took the docker command out of the engine's package.
  if [[ " $* " == *" docker.io "* ]] && apt-cache show docker-cli >/dev/null 2>&1; then set -- "$@" docker-cli; fi
  again apt install -y --no-install-recommends "$@" >>"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    die "apt-get failed (above: its last words; all of them: $log)" "mend what it names, then run $0 again"
  }
  rm "$log"
  say "installed in $((SECONDS - start)) s"
}

register_qemu() {
  if [[ ! -e $binfmt/register ]]; then
    say "mounting $binfmt"
    as_root modprobe binfmt_misc 2>/dev/null || true # part of many kernels, and then no module
    as_root mount -t binfmt_misc binfmt_misc "$binfmt" ||
      die "the kernel's binfmt_misc cannot be mounted" "in a container: run $0 on its host first, or start it with --privileged"
    if qemu_is_registered; then return; fi
  fi
  say "registering qemu-arm with the kernel, for containers too"
  [[ -r $qemu_registration ]] || die "$qemu_registration is missing" "mend it with: apt-get install --reinstall qemu-user-static"
  if [[ -e $binfmt/qemu-arm ]]; then as_root tee "$binfmt/qemu-arm" <<<-1 >/dev/null; fi
  as_root tee "$binfmt/register" <"$qemu_registration" >/dev/null || die "the kernel refused $qemu_registration"
}

register_odd_files() {
  local registered interpreter flags zeros='\x00\x00\x00\x00\x00\x00\x00\x00\x00' magic mask
  registered=$(qemu_registered)
  interpreter=$(sed -n 's/^interpreter //p' <<<"$registered")
  flags=$(sed -n 's/^flags: //p' <<<"$registered")
  magic="\\x7f\\x45\\x4c\\x46\\x01\\x01\\x01$zeros\\x02\\x00\\x28\\x00"
  mask="\\xff\\xff\\xff\\xff\\xff\\xff\\xff$zeros\\xfe\\xff\\xff\\xff"
  say "registering it once more, for files with an odd e_ident"
  as_root tee "$binfmt/register" <<<":$odd_registration:M::$magic:$mask:$interpreter:$flags" >/dev/null ||
    die "the kernel refused the registration $odd_registration"
}

# pidfile_is_true FILE NAME: the process of that number is a NAME (of a zombie the command line is empty).
pidfile_is_true() {
  local pid
  pid=$(as_root cat "$1" 2>/dev/null) && grep -aqsF "$2" "/proc/$pid/cmdline"
}

# has_ended PID. Its command line would not tell: that is empty too while the process becomes another program, which
# takes a while when the program has to be read from a disk first.
has_ended() { ! as_root grep -qs '^State:[[:space:]]*[^XZ[:space:]]' "/proc/$1/status"; }

# What a service manager would have seen to.
prepare_engine() {
  if ! grep -q ' /sys/fs/cgroup' /proc/mounts; then
    say "mounting /sys/fs/cgroup"
    as_root mount -t cgroup2 cgroup2 /sys/fs/cgroup ||
      die "control groups cannot be mounted, and a Docker engine needs them" "in a container: set DOCKER_HOST to an engine outside of it"
  fi
  # A killed engine leaves its numbers behind; once others have them, the next engine would not start.
  pidfile_is_true /var/run/docker/containerd/containerd.pid containerd || as_root rm -f /var/run/docker/containerd/containerd.pid
  as_root rm -f /var/run/docker.pid
}

# Prints its id. It opens a folder of each level while it removes a guest, and a sample can make many. An engine also
# gives its containers a million open files; where root may not have so many, as many as it may.
start_dockerd() {
  local files
  files=$(as_root prlimit "--nofile=$engine_descriptors" true 2>/dev/null || echo "--default-ulimit=nofile=$(ulimit -Hn)")
  # shellcheck disable=SC2016 # expanded by the inner shell, which may write the log
  as_root sh -c 'ulimit -n "$3" 2>/dev/null; setsid dockerd $2 >>"$1" 2>&1 </dev/null & echo $!' \
    sh "$engine_log" "$files" "$engine_descriptors"
}

start_engine() {
  local start=$SECONDS pid='' log=(tail -n 15 "$engine_log")
  if under_systemd; then
    say "starting the service docker"
    log=(journalctl --no-pager -n 15 -u docker)
    as_root systemctl start docker || true
  elif pidfile_is_true /var/run/docker.pid dockerd; then
    say "waiting for the dockerd that runs"
  else
    prepare_engine
    say "starting dockerd (it stays; its log: $engine_log)"
    pid=$(start_dockerd)
  fi
  until ping as_root; do
    if ((SECONDS - start > engine_patience)) || { [[ -n $pid ]] && has_ended "$pid"; }; then
      as_root "${log[@]}" >&2 || true
      die "the Docker engine does not answer at $engine_socket (above: the end of its log)" \
        "mend what it names, then run $0 again; or set DOCKER_HOST to another engine"
    fi
    sleep 0.2
  done
  say "the engine answers after $((SECONDS - start)) s"
}

permit_engine() {
  local user
  user=$(id -un)
  say "adding $user to the group docker (which is as good as root on this machine)"
  as_root usermod -aG docker "$user"
  as_root setfacl -m "u:$user:rw" "$engine_socket" # groups count from the next login on; this does at once
}

main() {
  local check='' lacks packages argument
  for argument; do
    case $argument in
      --check) check=yes ;;
      -*) die "unknown argument $argument (known: --check, names of environments)" ;;
      *) asked+=,${argument// /} ;;
    esac
  done
  mapfile -t lacks < <(missing)
  if ((${#lacks[@]} == 0)); then
    what_is_there
    return
  fi
  if [[ -n $check ]]; then
    die "missing here:" "${lacks[@]/#/  }" "install and start it with: mvn ... -Dsetup (or as root: $0${asked:+ ${asked#,}})"
  fi
  command -v apt-get >/dev/null ||
    die "missing here:" "${lacks[@]/#/  }" "only Debian and Ubuntu are known to $0: install these in your system's way"
  require_root "${lacks[@]}"
  read -r -d '' -a packages < <(missing_packages) || true
  if ((${#packages[@]})); then install_packages "${packages[@]}"; fi
  if ! on_arm && ! qemu_is_registered; then register_qemu; fi
  if ! on_arm && ! odd_files_are_taken; then register_odd_files; fi
  if [[ $(engine_state) == absent ]]; then start_engine; fi
  if [[ $(engine_state) == forbidden ]]; then permit_engine; fi
  mapfile -t lacks < <(missing)
  ((${#lacks[@]} == 0)) || die "still missing:" "${lacks[@]/#/  }"
  what_is_there
}

main "$@"
