package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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
    table(out, table.head(), table.lines());
    if (!table.pairs().isEmpty()) {
      out.write("\n%s\n\n".formatted(Markdown.text(words.get("table.ran"))));
      table(out, words.titles("table.ran.head"), table.pairs());
    }
  }

  private static void table(Writer out, List<String> head, List<List<String>> lines)
      throws IOException {
    row(out, head);
    out.write("|---|" + "---:|".repeat(head.size() - 1) + "\n");
    for (List<String> line : lines) {
      row(out, line);
    }
  }

  private static void row(Writer out, List<String> cells) throws IOException {
    out.write(cells.stream().map(Markdown::text).collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
