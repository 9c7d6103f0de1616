package org.malassay.label;

import java.util.OptionalDouble;
import org.malassay.verdict.Verdict;

/**
 * The threat score of a sample in an environment, by the thesis's rule: a sample that does not run
 * threatens nothing; one that runs is assumed to do what its category says.
 */
public final class ThreatScore {
  private ThreatScore() {}

  /**
   * The score, from 0 to 10.
   *
   * @return 0 when not executable, with or without a label; the label's score when executable;
   *     empty when that has none, or when the verdict is inconclusive
   */
  public static OptionalDouble of(Verdict verdict, Label label) {
    return switch (verdict.outcome()) {
      case EXECUTABLE -> label.score();
      case NOT_EXECUTABLE -> OptionalDouble.of(0);
      case INCONCLUSIVE -> OptionalDouble.empty();
    };
  }
}
