package org.malassay.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.guest.ArmPrograms;
import org.malassay.options.Options;
import org.malassay.sample.Architecture;
import org.malassay.sample.Sample;

/** Real machines under QEMU, real ARM programs. */
@Tag("guest")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(1200) // the first one builds the image
class RaspbianGuestIT {
  private static final Duration TIME = Duration.ofSeconds(10);
  private static final Limits LIMITS = new Limits(TIME, 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private Environment environment;
  private ArmPrograms arm;
  @TempDir Path evidence;

  /** One sample in one guest: its execution, and the service before and after. */
  private record Assay(Execution execution, Probe before, Probe after) {}

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    arm = new ArmPrograms(folder);
    environment = new RaspbianProvider().open(Options.of(Map.of()), LIMITS, "it");
  }

  @AfterAll
  void nothingIsLeftBehind() throws Exception {
    if (environment != null) { // null when it could not be opened, which is told elsewhere
      environment.close();
    }
    assertThat(descendants()).isEmpty();
    assertThat(folders()).isEmpty();
  }

  private static List<String> descendants() {
    return ProcessHandle.current()
        .descendants()
        .flatMap(process -> process.info().command().stream())
        .filter(command -> command.contains("qemu"))
        .toList();
  }

  private static Set<String> folders() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("malassay-qemu-" + ProcessHandle.current().pid() + "-"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private Assay assay(Sample sample) throws Exception {
    try (Guest guest = environment.start()) {
      guest.deliver(sample);
      Probe before = guest.probe();
      Execution execution = guest.run();
      Probe after = guest.probe();
      guest.collect(new Evidence(evidence));
      assertThat(before.available()).as("service before: %s", before).isTrue();
      return new Assay(execution, before, after);
    }
  }

  private Assay assay(String name, String body) throws Exception {
    return assay(arm.program(name, body));
  }

  private String said(String name, String script) throws Exception {
    Execution execution = assay(arm.text(name, "#!/bin/sh\n" + script)).execution;
    return execution.stdout().text() + execution.stderr().text();
  }

  @Test
  void tellsHowARMCodeIsExecuted() {
    assertThat(environment.architectures())
        .containsExactlyInAnyOrder(Architecture.ARM, Architecture.AARCH64);
    assertThat(environment.facts()).containsKeys("machine", "image", "recipe", "template");
    assertThat(environment.facts().get("arm code"))
        .matches("qemu-system-aarch64 \\d.* \\(TCG\\), kernel \\d.*");
  }

  @Test
  void anExitStatusIsTheSamplesOwn() throws Exception {
    Assay assay = assay("exits 3", "puts(\"out\"); fputs(\"err\", stderr); return 3;");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(assay.execution.stdout().text()).isEqualTo("out\n");
    assertThat(assay.execution.stderr().text()).isEqualTo("err");
    assertThat(assay.execution.survivors()).isZero();
    assertThat(assay.execution.outOfMemory()).isFalse();
    assertThat(assay.after.available()).isTrue();
    assertThat(assay.after.bodySha256()).isEqualTo(assay.before.bodySha256());
  }

  @Test
  void aSignalIsTheSamplesOwn() throws Exception {
    assertThat(assay("crashes", "*(volatile int *)0 = 1;").execution.ending())
        .isEqualTo(new Ending.Signaled(11));
  }

  @Test
  void whatTheKernelRefusesIsToldByItsError() throws Exception {
    assertThat(assay(arm.text("text", "only text\n")).execution.ending())
        .isEqualTo(new Ending.Refused("ENOEXEC"));
  }

  @Test
  void aSampleThatRunsForEverIsStoppedAtTheLimit() throws Exception {
    Assay assay = assay("for ever", "for (;;) pause();");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution.duration()).isBetween(TIME, TIME.plusSeconds(1));
    assertThat(assay.after.available()).isTrue();
    assertThat(evidence.resolve("host.txt")).content().contains("processor time");
  }

  @Test
  void aDaemonThatHoldsTheOutputHangsNothingAndIsCounted() throws Exception {
    Assay assay = assay("daemon", "if (fork() == 0) { setsid(); for (;;) pause(); } puts(\"up\");");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution.duration()).isLessThan(TIME);
    assertThat(assay.execution.survivors()).isEqualTo(1);
    assertThat(assay.execution.stdout().text()).isEqualTo("up\n");
  }

  @Test
  void itStartsWithNoArgumentsAnEmptyInputAndNoForeignDescriptors() throws Exception {
    Assay assay =
        assay(
            "looks around",
            """
            int fds = 0; for (int i = 3; i < 100; i++) fds += fcntl(i, F_GETFD) >= 0;
            char c; printf("%d %d %d %d", argc, (int)read(0, &c, 1), fds, getuid());
            """);
    assertThat(assay.execution.stdout().text()).isEqualTo("1 0 0 0");
  }

  @Test
  void anEndlessFloodOfOutputIsCutAndDoesNotPutOffTheLimit() throws Exception {
    Assay assay =
        assay(
            "floods", "static char b[1 << 20]; for (;;) if (write(1, b, sizeof b) < 0) return 1;");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution.stdout().head()).hasSize(1 << 20);
    assertThat(assay.execution.stdout().cut()).isTrue();
  }

  @Test
  void aForkBombNeitherStopsTheVerdictNorTheNextGuest() throws Exception {
    Assay assay = assay("fork bomb", "for (;;) fork();");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay("next", "return 0;").after.available()).isTrue();
  }

  @Test
  void aMemoryHogIsKilledForWantOfMemory() throws Exception {
    Assay assay =
        assay("hog", "for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Signaled(9));
    assertThat(assay.execution.outOfMemory()).isTrue();
  }

  @Test
  void aGuestThatTheSampleSwitchesOffIsDownByTheSample() throws Exception {
    Assay assay = assay(arm.text("off", "#!/bin/sh\npoweroff -ff\nsleep 60\n"));
    assertThat(assay.execution.ending())
        .isEqualTo(new Ending.GuestDown("the guest was switched off"));
    assertThat(assay.after.available()).isFalse();
    assertThat(evidence.resolve("console.log")).exists();
  }

  @Test
  void aGuestThatTheSampleRebootsIsDownByTheSample() throws Exception {
    assertThat(assay(arm.text("reboots", "#!/bin/sh\nreboot -ff\nsleep 60\n")).execution.ending())
        .isEqualTo(new Ending.GuestDown("the guest was rebooted"));
  }

  @Test
  void aKernelPanicIsToldByTheConsole() throws Exception {
    assertThat(
            assay(arm.text("panics", "#!/bin/sh\necho c > /proc/sysrq-trigger\nsleep 60\n"))
                .execution
                .ending())
        .isEqualTo(new Ending.GuestDown("the guest's kernel panicked"));
  }

  @Test
  void aSampleThatKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution.ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
  }

  @Test
  void theNextGuestIsPristine() throws Exception {
    String look =
        "ls -lR /etc /usr/sbin | sha256sum; ls /tmp; ps --ppid 2 -p 2 --deselect -o comm= | sort -u";
    String before = said("looks", look);
    assay(arm.text("destroys", "#!/bin/sh\nrm -rf /etc /usr/sbin /var/www; touch /tmp/here\n"));
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
      assertThat(assay.execution.stdout().text()).isEqualTo("done\n");
    }
  }

  @Test
  void twoGuestsLiveSideBySide() throws Exception {
    try (Guest one = environment.start();
        Guest other = environment.start()) {
      one.deliver(arm.program("one", "return 1;"));
      other.deliver(arm.program("other", "return 2;"));
      assertThat(one.run().ending()).isEqualTo(new Ending.Exited(1));
      assertThat(other.run().ending()).isEqualTo(new Ending.Exited(2));
    }
  }

  @Test
  void aFreshGuestIsThereInAMomentSaysThisFigure() throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      try (Guest guest = environment.start()) {
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
        assertThat(guest.probe().available()).isTrue();
      }
    }
    System.out.println("ms from nothing to an SSH session in a clone: " + millis);
    assertThat(millis).allSatisfy(ms -> assertThat(ms).isLessThan(20_000));
  }
}
