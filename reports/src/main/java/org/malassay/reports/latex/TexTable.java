package org.malassay.reports.latex;

import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of a paper. All its text is hostile.
 *
 * @param name of its file and its label
 * @param caption what it shows
 * @param columns how each column is set, as in a {@code tabular}: {@code l}, {@code r}, or {@code
 *     p} for text that is broken where the column ends, {@code q} for such text of a few words
 * @param head the titles of the columns
 * @param rows the cells of each row
 */
record TexTable(
    String name, String caption, String columns, List<String> head, List<List<String>> rows) {
  /** What a column of numbers takes, and what lies between columns, in shares of the line. */
  private static final double NUMBER = 0.1;

  private static final double BETWEEN = 0.03;

  TexTable {
    head = List.copyOf(head);
    rows = List.copyOf(rows);
  }

  /** A {@code table}; where it has columns of text, a {@code longtable}, which goes over pages. */
  String write(Tex tex) {
    return columns.indexOf('p') < 0 ? floating(tex) : running(tex);
  }

  private String floating(Tex tex) {
    return """
        \\begin{table}[htbp]
          \\centering
          \\caption{%s}
          \\label{%s}
          \\small
          \\setbox0=\\hbox{\\begin{tabular}{@{}%s@{}}
            \\toprule
            %s \\\\
            \\midrule
        %s    \\bottomrule
          \\end{tabular}}%%
          \\leavevmode\\ifdim\\wd0>\\linewidth\\resizebox{\\linewidth}{!}{\\box0}\\else\\box0\\fi
        \\end{table}
        """
        .formatted(tex.text(caption), label(), columns, line(head, tex), body(tex));
  }

  private String running(Tex tex) {
    int all = columns.length();
    int narrow = columns.replaceAll("[^q]", "").length();
    int wide = columns.replaceAll("[^p]", "").length();
    double share = (1 - BETWEEN * (all - 1) - NUMBER * (all - wide - narrow)) / (2 * wide + narrow);
    return """
        {\\small
        \\begin{longtable}{@{}%s@{}}
          \\caption{%s}\\label{%s} \\\\
            \\toprule
            %s \\\\
            \\midrule
          \\endfirsthead
            \\toprule
            %s \\\\
            \\midrule
          \\endhead
            \\bottomrule
          \\endlastfoot
        %s\\end{longtable}}
        """
        .formatted(
            columns.replace("p", width(2 * share)).replace("q", width(share)),
            tex.text(caption),
            label(),
            line(head, tex),
            line(head, tex),
            body(tex));
  }

  private static String width(double share) {
    return ">{\\raggedright\\arraybackslash}p{%s\\linewidth}"
        .formatted(Math.floor(1000 * share) / 1000);
  }

  private String label() {
    return "tab:malassay-" + name;
  }

  private String body(Tex tex) {
    return rows.stream()
        .map(row -> "    " + line(row, tex) + " \\\\\n")
        .collect(Collectors.joining());
  }

  private String line(List<String> cells, Tex tex) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      UnaryOperator<String> how = isText(columns.charAt(i)) ? tex::breaking : tex::text;
      line.append(i == 0 ? "" : " & ").append(how.apply(cells.get(i)));
    }
    return line.toString();
  }

  private static boolean isText(char column) {
    return column == 'p' || column == 'q';
  }

  /** Columns of numbers behind the first ones. */
  static String columns(String first, int numbers) {
    return first + String.join("", Collections.nCopies(numbers, "r"));
  }

  /** Titles behind the first ones. */
  static List<String> head(List<String> first, List<String> more) {
    return Stream.concat(first.stream(), more.stream()).toList();
  }
}
