package org.malassay.reports.summary;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
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
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.sample.Corpus.Unread;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * {@code summary.md}: what happened, on one page, for a comment on a pull request, which holds
 * 65,536 characters on GitHub, and for {@code $GITHUB_STEP_SUMMARY}, which holds 1 MiB.
 */
public final class SummaryReport implements Report {
  /** The characters of a comment. */
  private static final int MOST = 65_536;

  private static final String CUT =
      "\n*The rest is left out: a comment holds no more. `results.csv` has every row.*\n";

  /** Room for the line that says how many more there are. */
  private static final int MORE = 60;

  /** The messages shown of one row. */
  private static final int MESSAGES = 3;

  /** The unread files shown, and the caveats of the run. */
  private static final int FILES = 20;

  @Override
  public String name() {
    return "summary";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    RunDirectory run = runs.run();
    SortedMap<String, Tally> tallies = new TreeMap<>();
    for (Result result : Sorted.of(runs.answers())) {
      tallies.computeIfAbsent(result.environment(), name -> new Tally()).add(result);
    }
    List<Unread> unread = new ArrayList<>();
    run.forEachUnread(unread::add);
    Path file = run.path().resolve("summary.md");
    StringWriter page = new StringWriter();
    title(page, run.header(), runs.caveats());
    verdicts(page, tallies);
    BaselinePart.write(page, runs);
    ComparedEnvironments.write(page, runs, options);
    FlipsPart.write(page, runs);
    InfectionsPart.write(page, runs.answers());
    SuitesPart.write(page, runs);
    causes(page, tallies);
    labels(page, tallies);
    impacts(page, tallies);
    recordings(page, tallies);
    unread(page, unread);
    problems(page, tallies);
    WholeFile.writeText(file, out -> out.write(cut(page.toString())));
    return file;
  }

  private static void title(Writer out, RunHeader header, List<String> caveats) throws IOException {
    String experiment = header.experiment();
    out.write(
        "## Malassay run "
            + Markdown.code(header.id())
            + (experiment.isEmpty() ? "" : " of " + Markdown.code(experiment))
            + "\n\n");
    for (String line : caveats.stream().limit(FILES).toList()) {
      out.write("**" + Markdown.code(line) + "**\n\n");
    }
    if (caveats.size() > FILES) {
      out.write("**and %d more**\n\n".formatted(caveats.size() - FILES));
    }
  }

  /** As many whole lines as fit. */
  private static String cut(String page) {
    return page.length() <= MOST
        ? page
        : page.substring(0, page.lastIndexOf('\n', MOST - CUT.length() - 1) + 1) + CUT;
  }

  private static void unread(Writer out, List<Unread> unread) throws IOException {
    if (unread.isEmpty()) {
      return;
    }
    out.write("\n### Files of the corpus that could not be read: %d\n\n".formatted(unread.size()));
    for (Unread file : unread.stream().limit(FILES).toList()) {
      out.write("- " + Markdown.code(file.toString()) + "\n");
    }
    if (unread.size() > FILES) {
      out.write("- and %d more, in `unread.jsonl`\n".formatted(unread.size() - FILES));
    }
  }

  private static void verdicts(Writer out, SortedMap<String, Tally> tallies) throws IOException {
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

  private static void impacts(Writer out, SortedMap<String, Tally> tallies) throws IOException {
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
  private static void recordings(Writer out, SortedMap<String, Tally> tallies) throws IOException {
    head(out, tallies, "recorded", "---");
    for (Facet facet : Facet.values()) {
      row(out, facet.word(), cells(tallies, entry -> entry.getValue().recorded(facet)));
    }
  }

  private static String impact(boolean any, double score) {
    return any ? String.format(Locale.ROOT, "%.1f", score) : "none";
  }

  private static void causes(Writer out, SortedMap<String, Tally> tallies) throws IOException {
    if (tallies.values().stream()
        .allMatch(tally -> tally.count(Outcome.EXECUTABLE) == tally.samples())) {
      return;
    }
    table(out, tallies, "cause", Cause.Type.values(), Cause.Type::label, Tally::count);
  }

  private static void labels(Writer out, SortedMap<String, Tally> tallies) throws IOException {
    if (tallies.values().stream()
        .allMatch(tally -> tally.count(Label.Status.LABELLED) == tally.samples())) {
      return;
    }
    table(out, tallies, "label", Label.Status.values(), Label.Status::words, Tally::count);
  }

  /** How many of each kind there are in each environment; kinds that are nowhere are left out. */
  private static <K> void table(
      Writer out,
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
      Writer out, SortedMap<String, Tally> tallies, String title, String alignment)
      throws IOException {
    out.write("\n");
    row(out, title, cells(tallies, entry -> Markdown.code(entry.getKey())));
    out.write("|---|" + (alignment + "|").repeat(tallies.size()) + "\n");
  }

  private static void row(Writer out, String title, String cells) throws IOException {
    out.write("| %s |%s\n".formatted(title, cells));
  }

  private static String cells(
      SortedMap<String, Tally> tallies, Function<Map.Entry<String, Tally>, String> cell) {
    return tallies.entrySet().stream()
        .map(entry -> " " + cell.apply(entry) + " |")
        .collect(Collectors.joining());
  }

  /** Each environment has its part of the room that is left. */
  private static void problems(StringWriter out, SortedMap<String, Tally> tallies)
      throws IOException {
    int left = MOST - CUT.length() - out.getBuffer().length();
    int room = left / Math.max(1, tallies.size());
    for (Map.Entry<String, Tally> line : tallies.entrySet()) {
      if (!line.getValue().problems().isEmpty()) {
        problems(out, line.getKey(), line.getValue(), out.getBuffer().length() + room);
      }
    }
  }

  private static void problems(StringWriter out, String environment, Tally tally, int end)
      throws IOException {
    out.write("\n### To look at in " + Markdown.code(environment) + "\n\n");
    int shown = 0;
    for (Result result : tally.problems()) {
      String problem = problem(result);
      if (out.getBuffer().length() + problem.length() + MORE > end) {
        break;
      }
      out.write(problem);
      shown++;
    }
    if (shown < tally.toLookAt()) {
      out.write("- and %d more, in `results.csv`\n".formatted(tally.toLookAt() - shown));
    }
  }

  private static String problem(Result result) {
    StringBuilder problem = new StringBuilder();
    problem.append("- ").append(Markdown.code(Wording.title(result))).append(": ");
    problem.append(Markdown.code(Wording.verdict(result))).append('\n');
    for (String violation : result.violations().stream().limit(MESSAGES).toList()) {
      problem.append("  - ").append(Markdown.code(violation)).append('\n');
    }
    return problem.toString();
  }
}
