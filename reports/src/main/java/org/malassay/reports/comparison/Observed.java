package org.malassay.reports.comparison;

import org.malassay.behavior.Facet;
import org.malassay.run.Result;
import org.malassay.score.Impact;
import org.malassay.verdict.Verdict.Outcome;

/** Whether it means anything that no rule was fulfilled. */
public final class Observed {
  private Observed() {}

  /** Whether the calls of a sample were seen, and its impact told. */
  public static boolean calls(Result row) {
    return row.impact().filter(it -> it.status() != Impact.Status.NOT_OBSERVED).isPresent()
        && row.recording().filter(it -> it.tells(Facet.CALLS)).isPresent();
  }

  /** The same; and what was refused before it was started did nothing, which is known too. */
  static boolean whatItDid(Result row) {
    boolean refused =
        row.verdict().outcome() == Outcome.NOT_EXECUTABLE && row.durationMs().isEmpty();
    return refused || calls(row);
  }
}
