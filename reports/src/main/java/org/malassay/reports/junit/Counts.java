package org.malassay.reports.junit;

import java.math.BigDecimal;
import org.malassay.run.Result;
import org.malassay.verdict.Verdict.Outcome;

/** The figures in the head of a suite. */
record Counts(int tests, int failures, int errors, long milliseconds) {
  static final Counts NONE = new Counts(0, 0, 0, 0);

  static Counts of(Result result) {
    boolean error = result.verdict().outcome() == Outcome.INCONCLUSIVE;
    boolean failure = !error && !result.violations().isEmpty();
    return new Counts(1, failure ? 1 : 0, error ? 1 : 0, result.durationMs().orElse(0));
  }

  Counts plus(Counts other) {
    return new Counts(
        tests + other.tests,
        failures + other.failures,
        errors + other.errors,
        milliseconds + other.milliseconds);
  }

  /** What the schemas allow on a suite and on all of them: not {@code skipped}. */
  String attributes() {
    return Xml.attribute("tests", String.valueOf(tests))
        + Xml.attribute("failures", String.valueOf(failures))
        + Xml.attribute("errors", String.valueOf(errors))
        + Xml.attribute("time", seconds(milliseconds));
  }

  static String seconds(long milliseconds) {
    return BigDecimal.valueOf(milliseconds, 3).toPlainString();
  }
}
