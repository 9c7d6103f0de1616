package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.Caveats;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.FigureText;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Sentences;
import org.malassay.reports.comparison.Variants;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.reports.writing.Words;

/** The comparison on the page: a table of the environments, three sentences, what is missing. */
final class ComparedEnvironments {
  private ComparedEnvironments() {}

  /** Nothing where there are not two environments to compare. */
  static void write(Writer out, Runs runs, Options options) throws IOException {
    Comparison comparison = Comparison.of(runs.answers());
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
                  FigureText.share(figures, words),
                  FigureText.threat(figures, words),
                  FigureText.impact(figures, words)));
    }
    Sentences sentences = Sentences.of(comparison, words);
    out.write("\n");
    for (String sentence : sentences.all()) {
      out.write("- " + Markdown.text(sentence) + "\n");
    }
    Caveats caveats =
        Caveats.of(runs, options.get(ReportOptions.CLUSTER_DISTANCE), comparison, words);
    out.write("- " + Markdown.text(caveats.clusters()) + "\n");
    if (caveats.changes().isPresent()) {
      out.write("- " + Markdown.text(caveats.changes().get()) + "\n");
    }
    for (Variants variants : Variants.of(runs.answers())) {
      out.write("- " + Markdown.text(variants.sentence(words)) + "\n");
    }
    for (String missing : sentences.notMeasured()) {
      out.write("- Not measured: " + Markdown.text(missing) + "\n");
    }
  }
}
