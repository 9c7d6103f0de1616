package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.Optional;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.Flip;
import org.malassay.reports.comparison.Flips;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;

/** How repeated measurements differ. */
final class FlipsPart {
  /** The samples that are named. */
  private static final int NAMED = 10;

  private FlipsPart() {}

  /** Nothing where nothing was measured again. */
  static void write(Writer out, Runs runs) throws IOException {
    Optional<Flips> flips = Flips.of(runs.results());
    if (flips.isPresent()) {
      write(out, flips.get(), Words.of("en"));
    }
  }

  private static void write(Writer out, Flips flips, Words words) throws IOException {
    out.write("\n### Repetitions\n\n" + Markdown.text(flips.sentence(words)) + "\n\n|  |");
    for (String environment : flips.repeated().keySet()) {
      out.write(" " + Markdown.code(environment) + " |");
    }
    out.write("\n|---|" + "---:|".repeat(flips.repeated().size()) + "\n");
    line(out, words.get("flips.repeated"), flips, flips.repeated());
    for (Map.Entry<Flip.Kind, Map<String, Integer>> kind : flips.counts().entrySet()) {
      line(out, words.get("flip." + kind.getKey().name()), flips, kind.getValue());
    }
    if (!flips.flips().isEmpty()) {
      out.write("\n");
    }
    for (Flip flip : flips.flips().stream().limit(NAMED).toList()) {
      String hits = flip.hits(words);
      out.write(
          "- %s in %s: %s%s\n"
              .formatted(
                  Markdown.code(Wording.title(flip.row())),
                  Markdown.code(flip.row().environment()),
                  Markdown.code(flip.said(words)),
                  hits.isEmpty() ? "" : ", " + Markdown.code(hits)));
    }
    if (flips.flips().size() > NAMED) {
      out.write("- and %d more, in `report.html`\n".formatted(flips.flips().size() - NAMED));
    }
  }

  private static void line(Writer out, String title, Flips flips, Map<String, Integer> counts)
      throws IOException {
    out.write("| " + title + " |");
    for (String environment : flips.repeated().keySet()) {
      out.write(" %d |".formatted(counts.getOrDefault(environment, 0)));
    }
    out.write("\n");
  }
}
