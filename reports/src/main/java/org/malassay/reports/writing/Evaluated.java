package org.malassay.reports.writing;

import org.malassay.run.Result;

/** What is said of the test of a row, the same in every format that knows tests. */
public enum Evaluated {
  /** The sample was evaluated, whatever the verdict. */
  PASSED,
  /** An expectation is broken. */
  FAILED,
  /** The tool failed, not the sample. */
  ERRED;

  /** Of this row. */
  public static Evaluated of(Result result) {
    if (result.erred()) {
      return ERRED;
    }
    return result.violations().isEmpty() ? PASSED : FAILED;
  }
}
