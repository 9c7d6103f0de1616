#!/bin/sh
# Sets TOMOYO up in a guest: what a remote login starts executes programs of the system and no shells
# by their names, and writes to no executables nor makes any. The kernel must have been told
# TOMOYO_trigger=/usr/local/sbin/malassay-tomoyo: it enforces nothing until that is executed.
set -eu
policy=/sys/kernel/security/tomoyo
trigger=/usr/local/sbin/malassay-tomoyo

if [ ! -d "$policy" ]; then
  echo 'TOMOYO is not among the LSMs of this kernel (/sys/kernel/security/lsm)' >&2
  exit 1
fi

# The version comes first, or the kernel panics.
cat >"$policy/profile" <<'END'
PROFILE_VERSION=20150505
0-CONFIG={ mode=disabled grant_log=no reject_log=no }
3-CONFIG={ mode=disabled grant_log=no reject_log=no }
3-CONFIG::file::execute={ mode=enforcing grant_log=no reject_log=no }
3-CONFIG::file::create={ mode=enforcing grant_log=no reject_log=no }
3-CONFIG::file::open={ mode=enforcing grant_log=no reject_log=no }
3-CONFIG::file::truncate={ mode=enforcing grant_log=no reject_log=no }
3-CONFIG::file::chmod={ mode=enforcing grant_log=no reject_log=no }
END

# One domain for all that a gate starts, however it starts it.
gates='/usr/sbin/telnetd /usr/lib/openssh/sshd-session /usr/local/sbin/malassay-shell
/usr/local/sbin/malassay-entry'
{
  for gate in $gates; do
    echo "initialize_domain $gate from any"
    echo "keep_domain any from <kernel> $gate"
  done
  # It knows no masks: all modes without execute permission, one by one.
  for special in 0 1000 2000 4000; do
    for user in 0 200 400 600; do
      for group in 0 20 40 60; do
        for others in 0 2 4 6; do
          printf 'number_group NOT_EXECUTABLE 0%o\n' $((0$special + 0$user + 0$group + 0$others))
        done
      done
    done
  done
} >"$policy/exception_policy"

files='/\* /\{\*\}/\* pipe:[\$] socket:[\$] pidfd:[\$]'
folders='/ /\{\*\}/'
for system in proc sysfs cgroup2 devpts devtmpfs tmpfs mqueue debugfs tracefs securityfs bpf; do
  files="$files $system:/\* $system:/\{\*\}/\*"
  folders="$folders $system:/ $system:/\{\*\}/"
done
set -f # these are TOMOYO's patterns, not the shell's
for gate in $gates; do
  {
    echo "<kernel> $gate"
    echo 'use_profile 3'
    # By the name that it is called by: links are not followed.
    echo 'file execute /usr/\{\*\}/\*\-dash\-bash\-rbash\-sh'
    for file in $files; do
      not_executable='path1.perm!=owner_execute path1.perm!=group_execute path1.perm!=others_execute'
      echo "file read $file"
      echo "file write/append/truncate $file $not_executable"
      echo "file create/chmod $file @NOT_EXECUTABLE"
    done
    for folder in $folders; do
      echo "file read $folder"
      echo "file chmod $folder 0-0xffff"
    done
  } >"$policy/domain_policy"
done

cp /bin/true "$trigger"
"$trigger"
