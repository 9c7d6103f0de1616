package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;

/** The web service under its profile, in a clone of a template that has that. */
class SeccompDefenceIT extends RaspbianHarness {
  private static final String TRIES =
      """
      ask() { busybox wget -q -O - http://127.0.0.1/$1 2>&1; }
      head -c 3000000 /dev/zero >/var/www/html/large
      ask | grep -c '<html'
      ask absent | grep -o '404 Not Found'
      ask large | wc -c
      systemctl reload nginx; echo "reload $?"
      sleep 1
      ask | grep -c '<html'
      main=$(systemctl show -P MainPID nginx)
      for process in $main $(cat /proc/$main/task/$main/children); do
        grep ^Seccomp: /proc/$process/status | tr -d '[:space:]'; echo
      done
      LD_PRELOAD=/usr/local/sbin/malassay-service-filter.so sh -c 'exec /bin/true' 2>&1 |
        grep -o 'Operation not permitted'
      sh -c 'exec /bin/true'; echo "without $?"
      """;

  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(limits, /* logins= */ false, List.of("seccomp"));
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(60);
  }

  @Test
  void theServiceWorksUnderItsProfileAndExecutesNothing() throws Exception {
    Assay assay = assay(arm().text("tries", script(TRIES)));

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().stdout().text().lines())
        .containsExactly(
            "1",
            "404 Not Found",
            "3000000",
            "reload 0",
            "1",
            "Seccomp:2",
            "Seccomp:2",
            "Operation not permitted",
            "without 0");
    assertThat(assay.after().available()).isTrue();
  }
}
