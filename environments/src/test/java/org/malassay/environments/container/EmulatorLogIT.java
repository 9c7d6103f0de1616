package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.contract.ToldEvents;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** Guests without a recorder, whose samples the real qemu-user tells of. */
@Tag("guest")
@Timeout(180)
class EmulatorLogIT {
  private static final ContainerRun RUN = new ContainerRun();
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(4), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private static Environment environment;
  private static ArmPrograms arm;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    arm = new ArmPrograms(folder);
    environment =
        new ContainerProvider()
            .open(
                new Opening(
                    Options.of(Map.of("internet", "none", "recorder", "qemu-strace")),
                    LIMITS,
                    RUN.id(),
                    Set.of(Facet.CALLS, Facet.PROCESSES)));
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    environment.close();
    RUN.assertNothingIsLeft();
  }

  private record Told(Execution execution, List<Event> events) implements ToldEvents {
    FacetState of(Facet facet) {
      return execution.recording().of(facet);
    }
  }

  private static Told run(Sample sample, Duration observation) throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Guest guest = environment.start()) {
      guest.put(sample);
      Execution execution = guest.run(new Order(List.of("a word"), observation), events::add);
      return new Told(execution, List.copyOf(events));
    }
  }

  @Test
  void itsOriginSaysThatTheSampleCouldHaveForgedIt() {
    assertThat(environment.observes())
        .containsEntry(Facet.CALLS, Origin.EMULATOR_LOG)
        .containsEntry(Facet.PROCESSES, Origin.EMULATOR_LOG);
    assertThat(Origin.EMULATOR_LOG.forgeable()).isTrue();
  }

  /** The log does not always tell apart what two processes do at one time, and says so then. */
  private Told runUntilTold(Sample sample) throws Exception {
    Told told = run(sample, Duration.ZERO);
    for (int again = 0; again < 5 && told.of(Facet.CALLS).kind() == FacetState.Kind.CUT; again++) {
      assertThat(told.of(Facet.CALLS).why()).contains("at one time apart");
      told = run(sample, Duration.ZERO);
    }
    return told;
  }

  @Test
  void whatASampleDoesIsToldAndItsOutputStaysItsOwn() throws Exception {
    Told told =
        runUntilTold(
            arm.program(
                "does things",
                """
                int file = open("dropped", O_WRONLY | O_CREAT | O_TRUNC, 0600);
                write(file, "#!/bin/sh\\n", 10);
                close(file);
                rename("dropped", "/tmp/../tmp/renamed");
                open("/dev/watchdog", O_RDWR);
                mount("none", "/mnt", "tmpfs", 0, 0);
                write(2, "7 unlink(\\"x\\") = 0\\n", 18);
                if (fork() == 0) {
                  unlink("renamed");
                  execl("/bin/true", "true", NULL);
                }
                wait(0);
                return 7;
                """));

    assertThat(told.execution().ending()).isEqualTo(new Ending.Exited(7));
    assertThat(told.execution().stderr().text(100)).isEqualTo("7 unlink(\"x\") = 0\n");
    assertThat(told.of(Facet.CALLS)).isEqualTo(FacetState.OBSERVED);
    assertThat(told.of(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(told.all(SystemCall.class))
        .extracting(
            call ->
                call.name()
                    + call.path().map(" "::concat).orElse("")
                    + call.error().map(" "::concat).orElse(""))
        .containsSubsequence(
            "openat /tmp/dropped",
            "write /tmp/dropped",
            "close /tmp/dropped",
            "rename /tmp/dropped",
            "openat /dev/watchdog ENOENT",
            "mount /mnt EPERM",
            "unlink /tmp/renamed",
            "execve /bin/true");
    assertThat(told.all(ProgramStarted.class))
        .extracting(ProgramStarted::program, ProgramStarted::arguments)
        .contains(org.assertj.core.groups.Tuple.tuple("/bin/true", List.of("true")));
    assertThat(told.all(ProcessEnded.class))
        .extracting(ProcessEnded::status)
        .containsExactlyInAnyOrder(OptionalInt.of(0), OptionalInt.of(7));
  }

  @Test
  void aDaemonIsObservedAfterItsParentHasEnded() throws Exception {
    Told told =
        run(
            arm.program(
                "daemon", "if (fork() == 0) { usleep(300000); unlink(\"/later\"); } return 0;"),
            Duration.ofSeconds(4));

    assertThat(told.calls("unlink")).hasSize(1);
    assertThat(told.execution().observed())
        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
  }

  @Test
  void aProgramStartedWithoutTheLogsVariablesIsSaidToBeUnseen() throws Exception {
    Told told =
        run(
            arm.program(
                "leaves its environment",
                "execle(\"/bin/true\", \"true\", NULL, (char *[]){NULL}); return 1;"),
            Duration.ZERO);

    assertThat(told.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(told.of(Facet.CALLS))
        .hasToString(
            "cut (a program was started that writes no log; the log breaks off before its first process ends)");
  }

  @Test
  void aFloodIsBoundedAndSaidToBe() throws Exception {
    Told told =
        run(
            arm.program("flood", "for (;;) access(\"/absent/of/many/words/of/a/path\", F_OK);"),
            Duration.ZERO);

    assertThat(told.execution().ending()).isInstanceOf(Ending.Stopped.class);
    assertThat(told.calls("access")).hasSizeBetween(1_000, 500_000);
  }
}
