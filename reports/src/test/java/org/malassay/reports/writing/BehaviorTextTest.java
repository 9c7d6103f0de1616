package org.malassay.reports.writing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.BehaviorFold;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.FileNotKept;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Recording;
import org.malassay.behavior.Usage;

class BehaviorTextTest {
  private static final Recording OBSERVED =
      Recording.OFF.with(Facet.FILES, FacetState.OBSERVED).with(Facet.USAGE, FacetState.OBSERVED);

  private static Behavior of(List<Event> events) {
    BehaviorFold fold = Behavior.fold();
    events.forEach(fold::accept);
    return fold.behavior();
  }

  private static FileKept kept(String path, long size) {
    return new FileKept(
        Duration.ofMillis(9),
        Origin.AGENT,
        path,
        size,
        Math.min(size, 100),
        "ab".repeat(32),
        "ELF 32-bit LSB executable, arm",
        "files.zip");
  }

  @Test
  void whatASampleLeftAndItsGuestUsedIsToldAndHostileNamesAreEscaped() {
    Behavior behavior =
        of(
            List.of(
                kept("/tmp/\u001b[31m\nx", 100),
                kept("/tmp/large", 9_999),
                new FileNotKept(
                    Duration.ofMillis(10), Origin.AGENT, "/tmp/p", "it is a symbolic link"),
                new Usage(
                    Duration.ofMillis(11),
                    Origin.HOST,
                    Duration.ofMillis(77),
                    OptionalLong.of(1 << 20),
                    OptionalLong.of(3 << 20),
                    OptionalInt.empty(),
                    OptionalLong.of(12),
                    OptionalLong.of(9)),
                new ProgramStarted(
                    Duration.ofMillis(2_100), Origin.HOST_KERNEL, 7, "/a", List.of("a"), false)));

    assertThat(BehaviorText.of(behavior, OBSERVED, Optional.of("nothing new since second 2")))
        .contains("the end    nothing new since second 2\n")
        .contains(
            "used       77 ms of processor time of the guest, at most 3072 KiB of memory, 12"
                + " packets sent, 9 received\n")
        .contains("new        0 0 1 new kinds of events, second by second\n")
        .contains(
            "/tmp/\\x1b[31m\\nx: ELF 32-bit LSB executable, arm, 100 bytes, " + "ab".repeat(32))
        .contains("/tmp/large: ELF 32-bit LSB executable, arm, the first 100 of 9999 bytes, ")
        .contains("files not kept\n       10.000 ms  /tmp/p: it is a symbolic link\n");
  }

  /** What was not recorded is never shown as nothing. */
  @Test
  void noFilesAreNoneOrMissing() {
    Behavior nothing = of(List.of());
    assertThat(BehaviorText.of(nothing, OBSERVED, Optional.empty()))
        .contains("files kept\n  none\n")
        .doesNotContain("the end")
        .doesNotContain("files not kept");
    assertThat(
            BehaviorText.of(
                nothing,
                Recording.OFF.with(Facet.FILES, FacetState.missing("no calls")),
                Optional.empty()))
        .contains("files kept: missing (no calls)\n")
        .doesNotContain("none");
  }
}
