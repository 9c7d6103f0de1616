package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.malassay.run.Result;
import org.malassay.score.Hit;

/**
 * One row of {@code hits.csv}: the rules that a harmless sample must fulfil. It fulfils no other of
 * a high level, and a sample without a row none at all.
 *
 * @param titles of the rules
 * @param notIn the environment whose recorder cannot see it; empty when there is none
 */
record HitsOfSamples(String sample, Set<String> titles, String notIn) {
  static List<HitsOfSamples> all() throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(SampleSources.FOLDER.resolve("hits.csv"));
        CSVParser rows = format.parse(reader)) {
      return rows.stream()
          .map(
              row ->
                  new HitsOfSamples(
                      row.get("sample"),
                      Set.copyOf(Arrays.asList(row.get("hits").split("; "))),
                      row.get("not in")))
          .toList();
    }
  }

  /** Every sample has the hits that are expected of it. */
  static void assertSeen(String environment, Collection<Result> results) throws IOException {
    List<HitsOfSamples> expected = all();
    List<String> wrong = new ArrayList<>();
    for (Result result : results) {
      Set<String> titles =
          expected.stream()
              .filter(row -> row.sample.equals(result.sample()) && !row.notIn.equals(environment))
              .map(HitsOfSamples::titles)
              .findFirst()
              .orElse(Set.of());
      List<Hit> hits = result.impact().orElseThrow().hits();
      Set<String> fulfilled = hits.stream().map(Hit::title).collect(Collectors.toSet());
      titles.stream()
          .filter(title -> !fulfilled.contains(title))
          .forEach(title -> wrong.add("%s lacks %s".formatted(result.sample(), title)));
      hits.stream()
          .filter(hit -> hit.level().grave() && !titles.contains(hit.title()))
          .forEach(hit -> wrong.add("%s has %s".formatted(result.sample(), hit)));
    }
    assertThat(wrong).isEmpty();
  }
}
