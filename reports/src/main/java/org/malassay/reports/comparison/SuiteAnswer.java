package org.malassay.reports.comparison;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a bypass or a task in an environment.
 *
 * @param outcome of it
 * @param reason in the guest's words; empty where it gave none
 */
public record SuiteAnswer(Outcome outcome, String reason) {
  /** How a bypass or a task ends. */
  public enum Outcome {
    /** A bypass had its effect. */
    OPEN,
    /** It had not. */
    CLOSED,
    /** What it would go around, or by, is not there. */
    NOT_APPLICABLE,
    /** A task had its whole effect. */
    WORKS,
    /** It had it, but for something. */
    WARNS,
    /** It had not. */
    BREAKS,
    /**
     * The session did not get so far, or what it showed is not clear; or nothing came of a bypass,
     * and nothing was refused.
     */
    NOT_TOLD;

    /** As the guest says it, and lists have it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  static final SuiteAnswer NOT_TOLD = new SuiteAnswer(Outcome.NOT_TOLD, "");

  static Optional<SuiteAnswer> of(SuiteSession.Kind kind, String word, @Nullable String reason) {
    Outcome outcome = Outcome.valueOf(word.toUpperCase(Locale.ROOT).replace(' ', '_'));
    boolean isOfBypass = outcome == Outcome.NOT_TOLD || outcome.compareTo(Outcome.WORKS) < 0;
    return isOfBypass == (kind == SuiteSession.Kind.BYPASS)
        ? Optional.of(new SuiteAnswer(outcome, reason == null ? "" : reason))
        : Optional.empty();
  }
}
