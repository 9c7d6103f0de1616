package org.malassay.reports.html;

import java.util.ArrayList;
import java.util.List;
import org.malassay.reports.comparison.Variants;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;

/**
 * Two variants of an environment beside one another, as the page shows them.
 *
 * @param sentence how many samples do not end alike
 * @param rows these samples, with why
 */
public record VariantsPart(String sentence, Table rows) {
  /** The samples that are shown. */
  private static final int MOST = 100;

  static VariantsPart of(Variants variants, Words words) {
    List<String> titles = words.titles("table.variants.head");
    List<String> head = new ArrayList<>(titles.subList(0, 1));
    head.add(words.environment(variants.first()));
    head.add(words.environment(variants.second()));
    head.addAll(titles.subList(1, titles.size()));
    List<List<Cell>> lines = new ArrayList<>();
    for (Variants.Unlike unlike : variants.unlike().stream().limit(MOST).toList()) {
      lines.add(
          List.of(
              Cell.of(Wording.title(unlike.first())).to("sample=" + unlike.first().sha256()),
              Cell.of(Variants.verdict(unlike, unlike.first(), words)),
              Cell.of(Variants.verdict(unlike, unlike.second(), words)),
              Cell.of(Variants.reason(unlike, words))));
    }
    int all = variants.unlike().size();
    return new VariantsPart(
        variants.sentence(words),
        new Table(
            all > MOST ? words.get("table.variants.first", MOST, all) : words.get("table.variants"),
            head,
            lines));
  }
}
