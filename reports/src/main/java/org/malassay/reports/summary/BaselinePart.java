package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.Apart;
import org.malassay.reports.comparison.Change;
import org.malassay.reports.comparison.ChangeText;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;

/** The run against its baseline, short enough for a comment on a pull request. */
final class BaselinePart {
  /** The changed rows that are named. */
  private static final int NAMED = 10;

  /** The differences between the runs that are told. */
  private static final int APART = 10;

  private final Writer out;
  private final Words words = Words.of("en");

  private BaselinePart(Writer out) {
    this.out = out;
  }

  /** Nothing where the run has none. */
  static void write(Writer out, Runs runs) throws IOException {
    var against = AgainstBaseline.of(runs);
    if (against.isPresent()) {
      new BaselinePart(out).write(against.get());
    }
  }

  private void write(AgainstBaseline against) throws IOException {
    out.write("\n### Against the baseline " + Markdown.code(against.baseline()) + "\n\n");
    for (String sentence : against.sentences(words)) {
      out.write("- " + Markdown.text(sentence) + "\n");
    }
    if (!against.changes().isEmpty()) {
      counts(against.counts(), against.environments());
      changes(against.changes());
    }
    apart(against.apart());
  }

  private void counts(Map<Change.Kind, Map<String, Integer>> counts, Set<String> environments)
      throws IOException {
    out.write("\n| since the baseline |");
    for (String environment : environments) {
      out.write(" " + Markdown.code(environment) + " |");
    }
    out.write("\n|---|" + "---:|".repeat(environments.size()) + "\n");
    for (Map.Entry<Change.Kind, Map<String, Integer>> kind : counts.entrySet()) {
      out.write("| " + ChangeText.kind(kind.getKey(), words) + " |");
      for (String environment : environments) {
        out.write(" %d |".formatted(kind.getValue().getOrDefault(environment, 0)));
      }
      out.write("\n");
    }
  }

  private void changes(List<Change> changes) throws IOException {
    out.write(
        """

        | sample | environment | verdict | threat score | impact score | hits |
        |---|---|---|---:|---:|---|
        """);
    for (Change change : changes.stream().limit(NAMED).toList()) {
      out.write(
          "| %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  Markdown.code(Wording.title(change.row())),
                  Markdown.code(change.row().environment()),
                  only(change) + Markdown.code(ChangeText.verdict(change, words)),
                  ChangeText.threat(change, words),
                  ChangeText.impact(change, words),
                  change.newHits().isEmpty() && change.goneHits().isEmpty()
                      ? ""
                      : Markdown.code(ChangeText.hits(change))));
    }
    if (changes.size() > NAMED) {
      out.write("\nand %d more, in `baseline.csv`\n".formatted(changes.size() - NAMED));
    }
  }

  private String only(Change change) {
    return change.before().isPresent() && change.now().isPresent()
        ? ""
        : ChangeText.kinds(change, words) + ": ";
  }

  private void apart(List<Apart> apart) throws IOException {
    if (apart.isEmpty()) {
      return;
    }
    out.write("\nWhat differs between the two runs:\n\n");
    for (Apart it : apart.stream().limit(APART).toList()) {
      out.write(
          "- %s: %s\n"
              .formatted(
                  Markdown.text(ChangeText.apart(it, words)),
                  Markdown.code(ChangeText.fromTo(it, words))));
    }
    if (apart.size() > APART) {
      out.write("- and %d more, in `baseline.csv`\n".formatted(apart.size() - APART));
    }
  }
}
