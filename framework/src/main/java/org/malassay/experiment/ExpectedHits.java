package org.malassay.experiment;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.malassay.run.Result;
import org.malassay.score.Hit;
import org.malassay.score.Impact;

/**
 * The rules that a sample must fulfil, by their titles with semicolons between: each of them, and
 * no other of level high or critical. {@code none} is no such rule at all. A rule that was not
 * fulfilled is held against a sample only where calls, processes and network were observed whole,
 * and every comparison was made to its end.
 *
 * @param titles of the rules
 */
record ExpectedHits(List<String> titles) {
  private static final String NONE = "none";

  /** Empty text expects nothing. */
  static Optional<ExpectedHits> parse(String text) {
    List<String> titles =
        Arrays.stream(text.split(";", -1)).map(String::strip).filter(it -> !it.isEmpty()).toList();
    return titles.isEmpty()
        ? Optional.empty()
        : Optional.of(new ExpectedHits(titles.equals(List.of(NONE)) ? List.of() : titles));
  }

  /** What is broken, in one line. */
  Optional<String> violation(Result result) {
    return result.impact().flatMap(this::violation);
  }

  private Optional<String> violation(Impact impact) {
    Set<String> fulfilled = impact.hits().stream().map(Hit::listed).collect(toSet());
    boolean whole = impact.doubt().isEmpty() && impact.status() != Impact.Status.NOT_OBSERVED;
    String missing =
        titles.stream().filter(title -> whole && !fulfilled.contains(title)).collect(joining("; "));
    String others =
        impact.hits().stream()
            .filter(hit -> hit.level().grave() && !titles.contains(hit.listed()))
            .map(Hit::listed)
            .collect(joining("; "));
    if (!missing.isEmpty()) {
      return Optional.of("expected hits that are missing: " + missing);
    }
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of("hits of a high level that were not expected: " + others);
  }
}
