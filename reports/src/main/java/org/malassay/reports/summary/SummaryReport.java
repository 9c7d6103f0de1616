package org.malassay.reports.summary;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;
import org.malassay.behavior.Facet;
import org.malassay.files.WholeFile;
import org.malassay.label.Label;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Corpus.Unread;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * {@code summary.md}: what happened, on one page, for {@code $GITHUB_STEP_SUMMARY}, which holds at
 * most 1 MiB.
 */
public final class SummaryReport implements Report {
  /** The messages shown of one row. */
  private static final int MESSAGES = 3;

  /** The unread files shown. */
  private static final int UNREAD = 20;

  @Override
  public String name() {
    return "summary";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    RunDirectory run = runs.run();
    SortedMap<String, Tally> tallies = new TreeMap<>();
    for (Result result : runs.answers()) {
      tallies.computeIfAbsent(result.environment(), name -> new Tally()).add(result);
    }
    List<String> damage = runs.journaled().damage();
    List<Unread> unread = new ArrayList<>();
    run.forEachUnread(unread::add);
    Path file = run.path().resolve("summary.md");
    WholeFile.writeText(
        file,
        out -> {
          String experiment = run.header().experiment();
          out.write(
              "## Malassay run "
                  + Markdown.code(run.header().id())
                  + (experiment.isEmpty() ? "" : " of " + Markdown.code(experiment))
                  + "\n\n");
          for (String line : damage) {
            out.write("**" + Markdown.code(line) + "**\n\n");
          }
          verdicts(out, tallies);
          BaselinePart.write(out, runs);
          ComparedEnvironments.write(out, runs, options);
          FlipsPart.write(out, runs);
          causes(out, tallies);
          labels(out, tallies);
          impacts(out, tallies);
          recordings(out, tallies);
          problems(out, tallies);
          unread(out, unread);
        });
    return file;
  }

  private static void unread(BufferedWriter out, List<Unread> unread) throws IOException {
    if (unread.isEmpty()) {
      return;
    }
    out.write("\n### Files of the corpus that could not be read: %d\n\n".formatted(unread.size()));
    for (Unread file : unread.stream().limit(UNREAD).toList()) {
      out.write("- " + Markdown.code(file.toString()) + "\n");
    }
    if (unread.size() > UNREAD) {
      out.write("- and %d more, in `unread.jsonl`\n".formatted(unread.size() - UNREAD));
    }
  }

  private static void verdicts(BufferedWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    out.write(
        """
        | environment | samples | executable | not executable | inconclusive \
        | broken expectations | highest threat score |
        |---|---:|---:|---:|---:|---:|---:|
        """);
    for (Map.Entry<String, Tally> line : tallies.entrySet()) {
      Tally tally = line.getValue();
      out.write(
          "| %s | %d | %d | %d | %d | %d | %s |\n"
              .formatted(
                  Markdown.code(line.getKey()),
                  tally.samples(),
                  tally.count(Outcome.EXECUTABLE),
                  tally.count(Outcome.NOT_EXECUTABLE),
                  tally.count(Outcome.INCONCLUSIVE),
                  tally.broken(),
                  Wording.number(tally.highestThreatScore())));
    }
  }

  private static void impacts(BufferedWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    if (tallies.values().stream().allMatch(tally -> tally.impacts().getCount() == 0)) {
      return;
    }
    out.write(
        """

        | environment | with impact | mean | median | greatest | comparisons given up \
        | most frequent hits |
        |---|---:|---:|---:|---:|---:|---|
        """);
    for (Map.Entry<String, Tally> line : tallies.entrySet()) {
      Tally tally = line.getValue();
      DoubleSummaryStatistics impacts = tally.impacts();
      boolean any = impacts.getCount() > 0;
      out.write(
          "| %s | %d | %s | %s | %s | %d | %s |\n"
              .formatted(
                  Markdown.code(line.getKey()),
                  impacts.getCount(),
                  impact(any, impacts.getAverage()),
                  impact(any, tally.medianImpact().orElse(0)),
                  impact(any, impacts.getMax()),
                  tally.givenUp(),
                  tally.mostFrequentHits().stream()
                      .map(hit -> Markdown.code(hit.getKey()) + " " + hit.getValue())
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Of the samples that were started. */
  private static void recordings(BufferedWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    head(out, tallies, "recorded", "---");
    for (Facet facet : Facet.values()) {
      row(out, facet.word(), cells(tallies, entry -> entry.getValue().recorded(facet)));
    }
  }

  private static String impact(boolean any, double score) {
    return any ? String.format(Locale.ROOT, "%.1f", score) : "none";
  }

  private static void causes(BufferedWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    if (tallies.values().stream()
        .allMatch(tally -> tally.count(Outcome.EXECUTABLE) == tally.samples())) {
      return;
    }
    table(out, tallies, "cause", Cause.Type.values(), Cause.Type::label, Tally::count);
  }

  private static void labels(BufferedWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    if (tallies.values().stream()
        .allMatch(tally -> tally.count(Label.Status.LABELLED) == tally.samples())) {
      return;
    }
    table(out, tallies, "label", Label.Status.values(), Label.Status::words, Tally::count);
  }

  /** How many of each kind there are in each environment; kinds that are nowhere are left out. */
  private static <K> void table(
      BufferedWriter out,
      SortedMap<String, Tally> tallies,
      String title,
      K[] kinds,
      Function<K, String> name,
      ToIntBiFunction<Tally, K> count)
      throws IOException {
    head(out, tallies, title, "---:");
    for (K kind : kinds) {
      if (tallies.values().stream().anyMatch(tally -> count.applyAsInt(tally, kind) > 0)) {
        row(
            out,
            name.apply(kind),
            cells(tallies, entry -> String.valueOf(count.applyAsInt(entry.getValue(), kind))));
      }
    }
  }

  private static void head(
      BufferedWriter out, SortedMap<String, Tally> tallies, String title, String alignment)
      throws IOException {
    out.write("\n");
    row(out, title, cells(tallies, entry -> Markdown.code(entry.getKey())));
    out.write("|---|" + (alignment + "|").repeat(tallies.size()) + "\n");
  }

  private static void row(BufferedWriter out, String title, String cells) throws IOException {
    out.write("| %s |%s\n".formatted(title, cells));
  }

  private static String cells(
      SortedMap<String, Tally> tallies, Function<Map.Entry<String, Tally>, String> cell) {
    return tallies.entrySet().stream()
        .map(entry -> " " + cell.apply(entry) + " |")
        .collect(Collectors.joining());
  }

  private static void problems(BufferedWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    for (Map.Entry<String, Tally> line : tallies.entrySet()) {
      Tally tally = line.getValue();
      if (tally.problems().isEmpty()) {
        continue;
      }
      out.write("\n### To look at in " + Markdown.code(line.getKey()) + "\n\n");
      for (Result result : tally.problems()) {
        out.write("- " + Markdown.code(Wording.title(result)) + ": ");
        out.write(Markdown.code(Wording.verdict(result)) + "\n");
        for (String violation : result.violations().stream().limit(MESSAGES).toList()) {
          out.write("  - " + Markdown.code(violation) + "\n");
        }
      }
      if (tally.problems().size() < tally.toLookAt()) {
        out.write("- and %d more\n".formatted(tally.toLookAt() - tally.problems().size()));
      }
    }
  }
}
