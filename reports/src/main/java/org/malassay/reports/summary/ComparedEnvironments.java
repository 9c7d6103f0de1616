package org.malassay.reports.summary;

import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.ByCluster;
import org.malassay.reports.comparison.Caveats;
import org.malassay.reports.comparison.Clusters;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.comparison.Sensitivity;
import org.malassay.reports.comparison.Sentences;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;

/** The comparison on the page: a table of the environments, three sentences, what is missing. */
final class ComparedEnvironments {
  private ComparedEnvironments() {}

  /** Nothing where there are not two environments to compare. */
  static void write(BufferedWriter out, Runs runs, Options options) throws IOException {
    List<Result> rows = runs.answers();
    Comparison comparison = Comparison.of(rows);
    if (comparison.environments().size() < 2) {
      return;
    }
    Words words = Words.of("en");
    out.write(
        """

        | environment | runs, with 95 % confidence | threat score, mean and median \
        | impact score, mean and median |
        |---|---:|---:|---:|
        """);
    for (Figures figures : comparison.environments()) {
      out.write(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  Markdown.code(figures.environment()),
                  share(figures, words),
                  scores(figures.threat(), figures.threatTells(), words),
                  scores(figures.impact(), figures.impactTells(), words)));
    }
    Sentences sentences = Sentences.of(comparison, words);
    out.write("\n");
    for (String sentence : sentences.all()) {
      out.write("- " + Markdown.text(sentence) + "\n");
    }
    Caveats caveats =
        Caveats.of(
            comparison,
            ByCluster.of(
                rows, Clusters.of(runs.run(), options.get(ReportOptions.CLUSTER_DISTANCE))),
            Sensitivity.of(rows),
            words);
    out.write("- " + Markdown.text(caveats.clusters()) + "\n");
    if (caveats.changes().isPresent()) {
      out.write("- " + Markdown.text(caveats.changes().get()) + "\n");
    }
    for (String missing : sentences.notMeasured()) {
      out.write("- Not measured: " + Markdown.text(missing) + "\n");
    }
  }

  private static String share(Figures figures, Words words) {
    return figures
        .interval()
        .map(
            it ->
                "%s (%s)"
                    .formatted(
                        words.percent(figures.share().orElse(0)),
                        words.percents(it.low(), it.high())))
        .orElse("none");
  }

  private static String scores(Scores scores, boolean tells, Words words) {
    return !tells || scores.count() == 0
        ? "none"
        : "%s, %s".formatted(words.score(scores.mean()), words.score(scores.median()));
  }
}
