package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.run.Result;
import org.malassay.score.Hit;

/**
 * One row of {@code hits.csv}: a rule that a harmless sample must fulfil. It fulfils no other of a
 * high level, and a sample without a row none at all.
 *
 * @param title of the rule
 * @param triedIn the environments where all that fulfils it fails; elsewhere something succeeds
 * @param notIn the environments where it must not be fulfilled
 * @param perhapsIn those where it depends on chance
 * @param why the environments differ; empty where they do not
 */
record HitsOfSamples(
    String sample,
    String title,
    Set<String> triedIn,
    Set<String> notIn,
    Set<String> perhapsIn,
    String why) {

  HitsOfSamples {
    triedIn = Set.copyOf(triedIn);
    notIn = Set.copyOf(notIn);
    perhapsIn = Set.copyOf(perhapsIn);
  }

  static List<HitsOfSamples> all() throws IOException {
    return SampleSources.rows("hits.csv").stream()
        .map(
            row ->
                new HitsOfSamples(
                    row.get("sample"),
                    row.get("hit"),
                    words(row.get("tried in")),
                    words(row.get("not in")),
                    words(row.get("perhaps in")),
                    row.get("why")))
        .toList();
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }

  /** The environments in which it is not as elsewhere. */
  List<String> exceptions() {
    return Stream.of(triedIn, notIn, perhapsIn).flatMap(Set::stream).toList();
  }

  /** Every sample has the hits that are expected of it, and no other of a high level. */
  static void assertSeen(String environment, Collection<Result> results) throws IOException {
    List<HitsOfSamples> rows = all();
    List<String> wrong = new ArrayList<>();
    for (Result result : results) {
      List<HitsOfSamples> expected =
          rows.stream().filter(row -> row.sample.equals(result.sample())).toList();
      List<Hit> hits = result.impact().orElseThrow().hits();
      expected.stream()
          .flatMap(row -> row.difference(environment, hits).stream())
          .forEach(difference -> wrong.add(result.sample() + " " + difference));
      hits.stream()
          .filter(hit -> hit.level().grave())
          .filter(hit -> expected.stream().noneMatch(row -> row.title.equals(hit.title())))
          .forEach(hit -> wrong.add("%s has %s".formatted(result.sample(), hit)));
    }
    assertThat(wrong).isEmpty();
  }

  private Optional<String> difference(String environment, List<Hit> hits) {
    Optional<Hit> found = hits.stream().filter(hit -> hit.title().equals(title)).findFirst();
    if (notIn.contains(environment)) {
      return found.map(hit -> "has, against hits.csv, " + hit);
    }
    if (found.isEmpty()) {
      return perhapsIn.contains(environment) ? Optional.empty() : Optional.of("lacks " + title);
    }
    return found
        .filter(hit -> hit.succeeded() == triedIn.contains(environment))
        .map(hit -> "%s %s".formatted(hit.succeeded() ? "did" : "only tried", hit));
  }
}
