package org.malassay.reports.charts;

import org.malassay.run.Result;
import org.malassay.verdict.Cause;

/** A way through the flow chart of the verdict. */
public enum Way {
  NO_FORMAT,
  FAILED,
  LIMIT,
  NORMAL,
  ABNORMAL;

  /** The way of this row. */
  public static Way of(Result row) {
    return switch (row.verdict().outcome()) {
      case EXECUTABLE -> row.timedOut() ? LIMIT : NORMAL;
      case NOT_EXECUTABLE -> noFormat(row) ? NO_FORMAT : ABNORMAL;
      case INCONCLUSIVE -> FAILED;
    };
  }

  private static boolean noFormat(Result row) {
    return row.verdict()
        .cause()
        .map(Cause::type)
        .filter(
            type ->
                type == Cause.Type.NOT_AN_EXECUTABLE_FORMAT
                    || type == Cause.Type.WRONG_ARCHITECTURE)
        .isPresent();
  }
}
