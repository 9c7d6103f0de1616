package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import org.malassay.reports.comparison.Infections;
import org.malassay.reports.comparison.StageTable;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;

/** How far login sessions came. */
final class InfectionsPart {
  private InfectionsPart() {}

  /** Nothing where there were none. */
  static void write(Writer out, List<Result> answers) throws IOException {
    Optional<Infections> infections = Infections.of(answers);
    if (infections.isEmpty()) {
      return;
    }
    Words words = Words.of("en");
    StageTable table = StageTable.of(infections.get(), words);
    out.write("\n### %s\n\n".formatted(words.get("part.stages")));
    Markdown.table(out, table.head(), table.lines());
    if (!table.pairs().isEmpty()) {
      out.write("\n%s\n\n".formatted(Markdown.text(words.get("table.ran"))));
      Markdown.table(out, words.titles("table.ran.head"), table.pairs());
    }
  }
}
