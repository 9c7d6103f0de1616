package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;

/**
 * The login guard in a clone of a template that has it. The sample is nobody's login; what it
 * starts by the entry is one. All that is tried is harmless, and what is refused must have worked
 * before.
 */
class LoginGuardIT extends RaspbianHarness {
  /** A line for each attempt: its name, and its exit status as a login and as nobody's. */
  private static final String TRIES =
      """
      umask 022
      PATH=/usr/local/sbin:$PATH
      mkdir /tmp/t && cd /tmp/t || exit 1
      cp /bin/true program
      try() {
        name=$1; shift
        malassay-entry "$@" >/dev/null 2>&1 </dev/null; as_login=$?
        "$@" >/dev/null 2>&1 </dev/null; echo "$name $as_login $?"
      }
      try uname /bin/uname
      try applet /bin/busybox echo sh
      try shell /bin/sh -c true
      try applet-shell /bin/busybox sh -c true
      try twice /bin/busybox busybox ash -c true
      ln -s /bin/busybox busybox-$(printf %080d 0); try long-name "$PWD"/busybox-0* sh -c true
      try linker /lib/ld-linux-armhf.so.3 /bin/dash -c true
      try linker-applet /lib/ld-linux-armhf.so.3 /bin/busybox sh -c true
      echo >plain; chmod 644 plain; try chmod /bin/chmod 755 plain
      try append /bin/dd if=/dev/null of=program conv=notrunc
      malassay-entry /bin/cp /bin/true written 2>/dev/null
      malassay-entry /bin/dd if=/bin/true of=written 2>/dev/null; chmod 755 written
      echo 3 >/proc/sys/vm/drop_caches # what was written is remembered all the same
      try linked /lib/ld-linux-armhf.so.3 ./written
      try mount /bin/mount -t tmpfs none /mnt
      try core-pattern /bin/dd if=/dev/null of=/proc/sys/kernel/core_pattern conv=notrunc
      try rename-above /bin/mv -T /var/spool /var/spool2; mv /var/spool2 /var/spool
      try plain-link /bin/ln /usr/lib/os-release /var/lib/t; rm /var/lib/t
      try new-generator /bin/cp -f /bin/true /run/systemd/system-generators/t
      rm /run/systemd/system-generators/t
      try restart /usr/bin/systemctl restart nginx.service
      unit() { # what systemd starts for a login is one
        name=$1 file=$2; shift 2
        malassay-entry /usr/bin/systemd-run --quiet --unit=$name "$@" >/dev/null 2>&1 || echo "no $name"
        tries=0
        until ! systemctl is-active -q $name || [ $tries = 100 ]; do
          tries=$((tries + 1)); sleep 0.2
        done
        test -e $file; echo "$name $?"
      }
      unit deputy-touches by-deputy /bin/touch /tmp/t/by-deputy
      unit deputy-shell by-shell /bin/sh -c 'touch /tmp/t/by-shell'
      typed() { # what reads a terminal does what anybody types there
        systemctl start debug-shell 2>/dev/null; sleep 2
        readlink /proc/$(systemctl show -P MainPID debug-shell)/exe | grep -q 'bin/[a-z]*sh$'
        echo "$1 $?"
        systemctl stop debug-shell; systemctl reset-failed debug-shell 2>/dev/null
      }
      typed debug-shell
      malassay-guard unit debug-shell.service; typed debug-shell-by-order
      mkdir /var/lib/u; cd /var/lib/u || exit 1
      printf '[Service]\\nExecStart=/bin/true\\n' >text; cp text pipe.service
      systemctl -q link --no-reload $PWD/pipe.service; rm pipe.service; mkfifo pipe.service
      (while cat text >pipe.service; do :; done) 2>/dev/null & writer=$!
      systemctl daemon-reload; echo "pipe $(systemctl show -P LoadState pipe.service)"
      kill $writer
      """;

  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(limits, /* logins= */ true, List.of("loginguard"));
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(90);
  }

  @Test
  void aLoginIsRefusedWhatOthersMay() throws Exception {
    Assay assay = assay(arm().text("tries", script(TRIES)));

    assertThat(assay.execution().stdout().text().lines())
        .containsExactly(
            "uname 0 0",
            "applet 0 0",
            "shell 126 0",
            "applet-shell 137 0",
            "twice 137 0",
            "long-name 137 0",
            "linker 127 0",
            "linker-applet 127 0",
            "chmod 1 0",
            "append 1 0",
            "linked 127 127",
            "mount 32 0",
            "core-pattern 1 0",
            "rename-above 1 0",
            "plain-link 1 0",
            "new-generator 1 0",
            "restart 0 0",
            "deputy-touches 0",
            "deputy-shell 1",
            "debug-shell 1",
            "debug-shell-by-order 0",
            "pipe not-found");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(Files.readString(assay.evidence().resolve("refusals.txt")).lines())
        .contains(
            "3 shell started by one of busybox's names", // the sample's alone: it began with none
            "2 shell started by the dynamic linker",
            "1 execute permission given",
            "1 file system mounted, moved or unmounted");
    assertThat(assay.after().available()).isTrue();
  }
}
