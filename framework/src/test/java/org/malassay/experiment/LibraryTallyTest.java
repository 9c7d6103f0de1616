package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Libraries;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class LibraryTallyTest {
  private static final Libraries GIVEN =
      new Libraries(List.of(new Libraries.Added("/lib/ld-linux.so.3", "libc6:armel")), List.of());
  private static final Libraries GIVEN_IN_PART =
      new Libraries(GIVEN.added(), List.of("libfoo.so.1: no source has it"));
  private static final Verdict FAILED =
      Verdict.notExecutable(new Cause(Cause.Type.MISSING_LIBRARY, "libfoo.so.1"));

  private final LibraryTally tally = new LibraryTally();

  @Test
  void nothingIsSaidWhereGuestsAreGivenNothing() {
    assertThat(tally.words()).isEmpty();
  }

  @Test
  void aSampleThatFoundAllIsNotCountedAmongThoseThatRunForIt() {
    tally.add(Verdict.executable(), Libraries.NONE);
    assertThat(tally.words())
        .contains("supplied to 0 samples, of which 0 run that did not without");
  }

  @Test
  void thoseThatRunForItAndThoseThatStillLackSomeAreTold() {
    tally.add(Verdict.executable(), GIVEN);
    tally.add(Verdict.executable(), GIVEN);
    tally.add(FAILED, GIVEN_IN_PART);
    assertThat(tally.words())
        .contains(
            "supplied to 3 samples, of which 2 run that did not without; 1 sample still without"
                + " some");
  }
}
