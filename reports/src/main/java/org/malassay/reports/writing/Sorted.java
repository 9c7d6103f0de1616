package org.malassay.reports.writing;

import java.util.Comparator;
import java.util.List;
import org.malassay.run.Result;

/** Results in an order that does not depend on which samples ended first. */
public final class Sorted {
  private static final Comparator<Result> ORDER =
      Comparator.comparing(Result::environment)
          .thenComparing(Result::sample)
          .thenComparing(Result::sha256)
          .thenComparing(Result::repetition);

  private Sorted() {}

  /** By environment, path, SHA-256 and repetition. */
  public static List<Result> of(List<Result> results) {
    return results.stream().sorted(ORDER).toList();
  }
}
