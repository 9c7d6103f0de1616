package org.malassay.experiment;

import java.util.Optional;
import org.malassay.environment.Libraries;
import org.malassay.verdict.Verdict;
import org.malassay.verdict.Verdict.Outcome;

/**
 * How many samples run only because their guests were given libraries. One run can tell: what was
 * added is what the loader needs and would not have found, so that none of them would have begun.
 */
final class LibraryTally {
  private int asked;
  private int given;
  private int run;
  private int lacking;

  void add(Verdict verdict, Libraries libraries) {
    asked++;
    lacking += libraries.lacking().isEmpty() ? 0 : 1;
    if (!libraries.added().isEmpty()) {
      given++;
      run += verdict.outcome() == Outcome.EXECUTABLE ? 1 : 0;
    }
  }

  /** For the closing table; empty where guests were never given any. */
  Optional<String> words() {
    if (asked == 0) {
      return Optional.empty();
    }
    String more =
        "supplied to %s, of which %d run that did not without".formatted(samples(given), run);
    return Optional.of(
        lacking == 0 ? more : "%s; %s still without some".formatted(more, samples(lacking)));
  }

  private static String samples(int number) {
    return Progress.counted(number, "sample");
  }
}
