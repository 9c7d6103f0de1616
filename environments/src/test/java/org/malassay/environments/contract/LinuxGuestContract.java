package org.malassay.environments.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Order;
import org.malassay.environment.Used;
import org.malassay.sample.Sample;

/** What holds besides where a guest is a whole Linux: processes, scripts, the service a process. */
public abstract class LinuxGuestContract extends GuestContract {
  /** Where the agent lies in a guest. */
  protected abstract String agent();

  @Test
  void whatTheKernelRefusesIsToldByItsError() throws Exception {
    assertThat(assay(arm().text("script", "#!/no/such/shell\n")).execution().ending())
        .isEqualTo(new Ending.Refused("ENOENT"));
  }

  @Test
  void aScriptIsRunByItsInterpreter() throws Exception {
    Assay assay = assay(arm().text("script", "#!/bin/sh\necho here; exit 5\n"));
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(5));
    assertThat(assay.execution().stdout().text()).isEqualTo("here\n");
  }

  @Test
  void aTextWithoutAnInterpreterIsRunByTheShellWhereOneIsToRunIt() throws Exception {
    Sample text = arm().text("text", "echo $0 $1; exit 5\n");
    assertThat(assay(text).execution().ending()).isEqualTo(new Ending.Refused("ENOEXEC"));
    Assay assay = assay(ArmPrograms.forShell(text), "one");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(5));
    assertThat(assay.execution().stdout().text()).isEqualTo("/tmp/text one\n");
  }

  @Test
  void theProcessorThatProcTellsOfIsAnArm() throws Exception {
    Assay assay =
        assay(
            arm()
                .text(
                    "looks",
                    """
                    #!/bin/sh
                    grep -c '^processor' /proc/cpuinfo
                    grep -o '^CPU implementer' /proc/cpuinfo | sort -u
                    grep -i '^vendor_id\\|^flags\\|intel\\|amd' /proc/cpuinfo
                    """));
    assertThat(assay.execution().stdout().text()).matches("[1-9]\\d*\nCPU implementer\n");
  }

  @Test
  void theBusyboxIsThereThatDroppersFetchWith() throws Exception {
    Assay assay =
        assay(
            arm()
                .text(
                    "dropper",
                    """
                    #!/bin/sh
                    /bin/busybox wget -q -O one http://127.0.0.1/ || exit 1
                    wget -q -O other http://127.0.0.1/ && cmp one other || exit 2
                    for applet in tftp telnet; do $applet 2>&1 | grep -o "^Usage: $applet"; done
                    """));
    assertThat(assay.execution().stdout().text()).isEqualTo("Usage: tftp\nUsage: telnet\n");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
  }

  @Test
  void whatASampleLeftIsReadOutOfTheGuestAndNothingElse() throws Exception {
    try (Guest guest = environment().start()) {
      guest.put(
          arm()
              .program(
                  "leaves files",
                  """
                  int odd = creat("a b\\n'..", 0755), large = creat("large", 0600);
                  write(odd, "left", 4); ftruncate(large, 3000000);
                  symlink("/etc/shadow", "link"); mkfifo("pipe", 0600); mkdir("folder", 0700);
                  """));
      Used before = guest.used().orElseThrow();
      assertThat(guest.run(Order.of(), EventSink.NONE).ending()).isEqualTo(new Ending.Exited(0));

      GuestFile odd = guest.read("/tmp/a b\n'..", 9);
      assertThat(odd.contents().text()).isEqualTo("left");
      assertThat(odd.changed()).isTrue();
      GuestFile large = guest.read("/tmp/folder/../large", 100_000);
      assertThat(large.contents().head()).hasSize(100_000);
      assertThat(large.contents().total()).isEqualTo(3_000_000);
      assertThat(guest.read("/etc/passwd", 9).changed()).isFalse();
      assertThat(guest.read("/tmp/link", 9).why()).isEqualTo("it is a symbolic link");
      assertThat(guest.read("/tmp/pipe", 9).why()).isEqualTo("it is a pipe");
      assertThat(guest.read("/tmp/absent", 9).why()).isEqualTo("it is not there");
      assertThat(guest.read("/tmp/folder", 9)).isEqualTo(GuestFile.NO_FILE);
      assertThat(guest.read("/dev/zero", 9)).isEqualTo(GuestFile.NO_FILE);
      Used after = guest.used().orElseThrow();
      assertThat(after.cpu()).isGreaterThan(before.cpu());
      assertThat(after.memoryBytes().orElseThrow()).isGreaterThan(1 << 20);
    }
  }

  @Test
  void theProcessorTimeOfASampleIsTold() throws Exception {
    Assay assay = assay("computes", "for (volatile int i = 0; i < 10000000; i++) {}");
    assertThat(assay.execution().cpu())
        .hasValueSatisfying(cpu -> assertThat(cpu).isPositive().isLessThan(assay.wall()));
  }

  @Test
  void aDaemonHasEndedWithItsFirstProcessAndIsCountedAndHangsNothing() throws Exception {
    Assay assay = assay("daemon", "if (fork() == 0) { setsid(); for (;;) pause(); } puts(\"up\");");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().duration()).isLessThan(time());
    assertThat(assay.execution().survivors()).isEqualTo(1);
    assertThat(assay.execution().stdout().text()).isEqualTo("up\n");
  }

  @Test
  void itStartsWithNoArgumentsAnEmptyInputDefaultSignalsAndNoForeignDescriptors() throws Exception {
    Assay assay =
        assay(
            "looks around",
            """
            sigset_t blocked; sigprocmask(SIG_BLOCK, NULL, &blocked);
            int n = 0; for (int i = 0; i < 65; i++) n += sigismember(&blocked, i) == 1;
            int fds = 0; for (int i = 3; i < 100; i++) fds += fcntl(i, F_GETFD) >= 0;
            char c; printf("%d %d %d %d %d", argc, (int)read(0, &c, 1), n, fds, getuid());
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("1 0 0 0 0");
  }

  @Test
  void aForkBombNeitherStopsTheVerdictNorTheNextGuest() throws Exception {
    Assay assay = assay("fork bomb", "for (;;) fork();");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay("next", "return 0;").after().available()).isTrue();
  }

  @Test
  void aSampleThatStopsTheAgentIsStoppedInTimeAndItsGuestIsThrownAwayAtOnce() throws Exception {
    Instant start;
    try (Guest guest = environment().start()) {
      guest.put(arm().program("stops", "kill(getppid(), SIGSTOP); for (;;) pause();"));
      start = Instant.now();
      assertThat(run(guest).ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
      assertThat(Duration.between(start, Instant.now())).isLessThan(time().plus(slack()));
      start = Instant.now();
    }
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aMemoryHogIsKilledForWantOfMemory() throws Exception {
    Assay assay =
        assay("hog", "for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Signaled(9));
    assertThat(assay.execution().outOfMemory()).isTrue();
  }

  @Test
  void aSampleThatDeletesWhatItStandsOnGetsItsVerdictAndTheNextGuestIsPristine() throws Exception {
    Assay assay =
        assay(
            "deletes",
            """
            puts(argv[0]); fflush(stdout); unlink(argv[0]); unlink("%s");
            char *files[] = {"/var/www/html/index.html", "/usr/sbin/nginx", "/bin/sh"};
            for (int i = 0; i < 3; i++) if (unlink(files[i])) perror(files[i]);
            """
                .formatted(agent()));
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().stderr().text()).isEmpty();
    assertThat(assay.execution().stdout().text()).isEqualTo("/tmp/deletes\n");
    assertThat(assay.after().available()).isFalse();
    Assay next = assay("next", "return access(\"/bin/sh\", F_OK);");
    assertThat(next.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(next.after().available()).isTrue();
  }
}
