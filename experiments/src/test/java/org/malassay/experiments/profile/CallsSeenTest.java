package org.malassay.experiments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Event;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

class CallsSeenTest {
  private static Event call(int at, String name) {
    return new SystemCall(
        Duration.ofMillis(at),
        Origin.GUEST_KERNEL,
        Duration.ZERO,
        1,
        1,
        name,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        0,
        Optional.empty());
  }

  private static Event counted(String name, long calls) {
    return new CallsCounted(Duration.ofSeconds(9), Origin.GUEST_KERNEL, name, calls, 0);
  }

  private static Event started(int at, String program) {
    return new ProgramStarted(
        Duration.ofMillis(at), Origin.GUEST_KERNEL, 1, program, List.of(program), false);
  }

  @Test
  void whatTheLauncherCallsIsNoneOfTheServices() {
    List<Event> events =
        List.of(
            started(1, "/tmp/launcher"),
            call(2, "open"),
            call(3, "nanosleep"),
            call(4, "execve"),
            started(5, "/usr/sbin/service"),
            call(6, "open"),
            counted("open", 2),
            counted("nanosleep", 1),
            counted("execve", 1),
            counted("mmap2", 7));
    assertThat(CallsSeen.of(events, "/usr/sbin/service").orElseThrow())
        .containsExactly("mmap2", "open");
  }

  @Test
  void aCallOfWhichNotEachIsToldIsSeenByItsCount() {
    List<Event> events = List.of(call(1, "read"), started(2, "/s"), counted("read", 2));
    assertThat(CallsSeen.of(events, "/s").orElseThrow()).containsExactly("read");
  }

  @Test
  void aServiceThatWasNotStartedHasNone() {
    assertThat(CallsSeen.of(List.of(call(1, "read"), counted("read", 1)), "/s")).isEmpty();
  }
}
