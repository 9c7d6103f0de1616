package org.malassay.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.guest.Assay;
import org.malassay.guest.LinuxGuestContract;
import org.malassay.options.Options;
import org.malassay.qemu.Leftovers;
import org.malassay.sample.Architecture;

/** Real machines under QEMU, real ARM programs. */
@Timeout(1200) // the first one builds the image
class RaspbianGuestIT extends LinuxGuestContract {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return new RaspbianProvider().open(Options.of(Map.of()), limits, "it");
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected String agent() {
    return "/usr/local/sbin/malassay-agent";
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(10);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(30);
  }

  private String said(String name, String script) throws Exception {
    var execution = assay(arm().text(name, "#!/bin/sh\n" + script)).execution();
    return execution.stdout().text() + execution.stderr().text();
  }

  @Test
  void tellsHowARMCodeIsExecuted() {
    assertThat(environment().architectures())
        .containsExactlyInAnyOrder(Architecture.ARM, Architecture.AARCH64);
    assertThat(environment().facts()).containsKeys("machine", "image", "recipe", "template");
    assertThat(environment().facts().get("arm code"))
        .matches("qemu-system-aarch64 \\d.* \\(TCG\\), kernel \\d.*");
  }

  @Test
  void theEvidenceTellsTheProcessorTimeThatTheHostGave() throws Exception {
    Assay assay = assay("short", "return 0;");
    assertThat(assay.evidence().resolve("host.txt")).content().contains("processor time");
  }

  @Test
  void aGuestThatTheSampleSwitchesOffIsDownByTheSample() throws Exception {
    Assay assay = assay(arm().text("off", "#!/bin/sh\npoweroff -ff\nsleep 60\n"));
    assertThat(assay.execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest was switched off"));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.evidence().resolve("console.log")).exists();
  }

  @Test
  void aGuestThatTheSampleRebootsIsDownByTheSample() throws Exception {
    assertThat(
            assay(arm().text("reboots", "#!/bin/sh\nreboot -ff\nsleep 60\n")).execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest was rebooted"));
  }

  @Test
  void aKernelPanicIsToldByTheConsole() throws Exception {
    assertThat(
            assay(arm().text("panics", "#!/bin/sh\necho c > /proc/sysrq-trigger\nsleep 60\n"))
                .execution()
                .ending())
        .isEqualTo(new Ending.GuestDown("the guest's kernel panicked"));
  }

  @Test
  void aSampleThatKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
  }

  @Test
  void theNextGuestIsPristine() throws Exception {
    String look =
        "ls -lR /etc /usr/sbin | sha256sum; ls /tmp; ps --ppid 2 -p 2 --deselect -o comm= | sort -u";
    String before = said("looks", look);
    assay(arm().text("destroys", "#!/bin/sh\nrm -rf /etc /usr/sbin /var/www; touch /tmp/here\n"));
    assertThat(said("looks", look)).isEqualTo(before);
  }

  @Test
  void twoClonesDrawDifferentNumbersAndShowTheRightTime() throws Exception {
    String draw =
        "cat /proc/sys/kernel/random/uuid; head -c 16 /dev/urandom | od -An -tx1; date +%s";
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String[] lines = said("draws", draw).split("\n");
      assertThat(lines).hasSize(3);
      numbers.add(lines[0]);
      numbers.add(lines[1]);
      assertThat(Instant.ofEpochSecond(Long.parseLong(lines[2])))
          .isBetween(Instant.now().minusSeconds(10), Instant.now().plusSeconds(2));
    }
    assertThat(numbers).doesNotHaveDuplicates();
  }

  @Test
  void nothingOfTheHostOrBeyondIsReached() throws Exception {
    try (var server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      String body =
          """
          const char *hosts[] = {"10.0.2.2", "127.0.0.2", "192.168.1.1", "192.0.2.1", "10.0.2.3"};
          int ports[] = {%d, %d, 80, 80, 53};
          for (int i = 0; i < 5; i++) {
            int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(ports[i])};
            inet_aton(hosts[i], &to.sin_addr);
            connect(s, (void *)&to, sizeof to);
            fd_set set; FD_ZERO(&set); FD_SET(s, &set);
            struct timeval t = {0, 600000};
            int error = 0; socklen_t n = sizeof error;
            int ready = select(s + 1, NULL, &set, NULL, &t);
            getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n);
            if (ready > 0 && error == 0) printf("%%s reached\\n", hosts[i]);
          }
          puts("done");
          """
              .formatted(server.getLocalPort(), server.getLocalPort());
      Assay assay = assay("connects", body);
      assertThat(assay.execution().stdout().text()).isEqualTo("done\n");
    }
  }

  @Test
  void aFreshGuestIsThereInAMomentSaysThisFigure() throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      try (Guest guest = environment().start()) {
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
        assertThat(guest.probe().available()).isTrue();
      }
    }
    System.out.println("ms from nothing to an SSH session in a clone: " + millis);
    assertThat(millis).allSatisfy(ms -> assertThat(ms).isLessThan(20_000));
  }
}
