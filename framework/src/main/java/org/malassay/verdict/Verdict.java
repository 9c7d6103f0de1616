package org.malassay.verdict;

import java.util.Optional;

/**
 * Whether a sample runs in an environment.
 *
 * @param outcome the answer
 * @param cause why it does not run; present exactly when the outcome is not EXECUTABLE
 */
public record Verdict(Outcome outcome, Optional<Cause> cause) {

  public Verdict {
    if (cause.isPresent() == (outcome == Outcome.EXECUTABLE)) {
      throw new IllegalArgumentException(outcome + " with cause " + cause);
    }
  }

  /** The three answers. */
  public enum Outcome {
    EXECUTABLE,
    NOT_EXECUTABLE,
    /** The tool failed, not the sample. */
    INCONCLUSIVE
  }

  public static Verdict executable() {
    return new Verdict(Outcome.EXECUTABLE, Optional.empty());
  }

  public static Verdict notExecutable(Cause cause) {
    return new Verdict(Outcome.NOT_EXECUTABLE, Optional.of(cause));
  }

  public static Verdict inconclusive(Cause cause) {
    return new Verdict(Outcome.INCONCLUSIVE, Optional.of(cause));
  }
}
