package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.ServicesProfile;
import org.malassay.profile.ProfileFormats;

/** systemd takes the drop-in of a profile, and its service works under it. */
class SeccompDropInIT extends RaspbianHarness {
  /**
   * Beside the web service a service of its own, which does what the profile does not allow: first
   * without the drop-in. What the drop-in says that it cannot stop, it does not.
   */
  private static final String TRIES =
      """
      cd /etc/systemd/system
      mkdir -p nginx.service.d tries.service.d starts.service.d
      for unit in tries starts; do
        [ $unit = tries ] && does='/bin/chmod 700 /etc/hostname' || does="/bin/sh -c 'exec /bin/true'"
        printf '[Service]\\nType=oneshot\\nExecStart=%%s\\n' "$does" >$unit.service
      done
      systemctl daemon-reload
      systemctl start tries 2>/dev/null; echo "without $?"
      cat >nginx.service.d/seccomp.conf <<'END'
      %s
      END
      cp nginx.service.d/seccomp.conf tries.service.d
      cp nginx.service.d/seccomp.conf starts.service.d
      systemctl daemon-reload
      systemctl restart nginx; echo "restart $?"
      busybox wget -q -O - http://127.0.0.1/ | grep -c '<html'
      systemctl show -p SystemCallErrorNumber nginx
      systemctl show -P SystemCallFilter nginx | tr ' ' '\\n' | grep -x -e accept4 -e fchmodat -e write
      grep ^Seccomp: /proc/$(systemctl show -P MainPID nginx)/status | tr -d '[:space:]'; echo
      systemctl start tries 2>/dev/null; echo "tries $?"
      journalctl -o cat -u tries | grep -o 'Operation not permitted'
      systemctl start starts; echo "starts $?"
      """;

  @Override
  protected Duration time() {
    return Duration.ofSeconds(90);
  }

  @Test
  void theServiceWorksUnderTheDropInAndWhatItForbidsIsRefused() throws Exception {
    String dropIn = ProfileFormats.systemd(ServicesProfile.calls()).strip();
    Assay assay = assay(arm().text("tries", script(TRIES.formatted(dropIn))));

    assertThat(assay.execution().stdout().text().lines())
        .containsExactly(
            "without 0",
            "restart 0",
            "1",
            "SystemCallErrorNumber=1",
            "accept4",
            "write",
            "Seccomp:2",
            "tries 1",
            "Operation not permitted",
            "starts 0");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after().available()).isTrue();
  }
}
