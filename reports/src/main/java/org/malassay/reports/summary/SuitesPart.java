package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.SuiteTable;
import org.malassay.reports.comparison.Suites;
import org.malassay.reports.writing.Words;

/** What defences stop and break. */
final class SuitesPart {
  private SuitesPart() {}

  /** Nothing where no session of the suites was run. */
  static void write(Writer out, Runs runs) throws IOException {
    Optional<Suites> suites = Suites.of(runs.run(), runs.answers());
    if (suites.isEmpty()) {
      return;
    }
    Words words = Words.of("en");
    SuiteTable table = SuiteTable.of(suites.get(), words);
    out.write("\n### %s\n".formatted(words.get("part.suites")));
    part(out, words.get("table.bypasses"), table.bypassHead(), table.bypasses());
    part(out, words.get("table.tasks"), table.taskHead(), table.tasks());
    part(out, words.get("table.broken"), words.titles("table.broken.head"), table.broken());
    part(
        out, words.get("table.brokenpairs"), words.titles("table.brokenpairs.head"), table.pairs());
  }

  private static void part(Writer out, String caption, List<String> head, List<List<String>> lines)
      throws IOException {
    if (!lines.isEmpty()) {
      out.write("\n%s\n\n".formatted(Markdown.text(caption)));
      Markdown.table(out, head, lines);
    }
  }
}
