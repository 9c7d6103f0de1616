package org.malassay.reports.junit;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.reports.writing.Evaluated;
import org.malassay.run.Result;

/** The figures in the head of a suite. */
record Counts(int tests, int failures, int errors, long milliseconds) {
  private static final Counts NONE = new Counts(0, 0, 0, 0);

  static Counts of(List<Result> results) {
    return results.stream().map(Counts::of).reduce(NONE, Counts::plus);
  }

  private static Counts of(Result result) {
    Evaluated evaluated = Evaluated.of(result);
    return new Counts(
        1,
        evaluated == Evaluated.FAILED ? 1 : 0,
        evaluated == Evaluated.ERRED ? 1 : 0,
        result.durationMs().orElse(0));
  }

  private Counts plus(Counts other) {
    return new Counts(
        tests + other.tests,
        failures + other.failures,
        errors + other.errors,
        milliseconds + other.milliseconds);
  }

  /** What the schemas allow on a suite and on all of them: not {@code skipped}. */
  Map<String, String> attributes(String name) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("name", name);
    attributes.put("tests", String.valueOf(tests));
    attributes.put("failures", String.valueOf(failures));
    attributes.put("errors", String.valueOf(errors));
    attributes.put("time", seconds(milliseconds));
    return attributes;
  }

  static String seconds(long milliseconds) {
    return BigDecimal.valueOf(milliseconds, 3).toPlainString();
  }
}
