package org.malassay.reports.latex;

import java.util.List;
import java.util.Map;
import org.malassay.reports.charts.Chart;
import org.malassay.reports.comparison.Sentences;
import org.malassay.reports.writing.Words;

/** A document that has all tables and figures, and compiles as it is. */
final class Document {
  private static final String ENGLISH =
      """
      % pdflatex -no-shell-escape main.tex
      \\documentclass[a4paper]{article}
      \\IfFileExists{lmodern.sty}{\\usepackage[T1]{fontenc}\\usepackage{lmodern}}{}
      """;

  private static final String JAPANESE =
      """
      % lualatex -no-shell-escape main.tex
      \\documentclass[a4paper]{article}
      \\usepackage{luatexja}
      \\renewcommand{\\figurename}{図}
      \\renewcommand{\\tablename}{表}
      """;

  private static final String PACKAGES =
      """
      \\usepackage[margin=25mm]{geometry}
      \\usepackage{array}
      \\usepackage{booktabs}
      \\usepackage{graphicx}
      \\usepackage{longtable}
      \\graphicspath{{figures/}}
      """;

  private final Words words;
  private final Tex tex;

  Document(Words words, Tex tex) {
    this.words = words;
    this.tex = tex;
  }

  String write(
      String run,
      List<String> caveats,
      Sentences sentences,
      List<String> more,
      List<TexTable> tables,
      Map<String, Chart> charts) {
    StringBuilder document = new StringBuilder();
    document.append(words.language().equals("ja") ? JAPANESE : ENGLISH).append(PACKAGES);
    document
        .append("\\begin{document}\n\\section*{")
        .append(tex.text(words.get("latex.title", run)))
        .append("}\n");
    caveats.forEach(it -> document.append("\\textbf{").append(tex.text(it)).append("}\n\n"));
    sentences.all().forEach(it -> document.append(tex.text(it)).append("\n\n"));
    more.forEach(it -> document.append(tex.text(it)).append("\n\n"));
    document
        .append("\\subsection*{")
        .append(tex.text(words.get("latex.missing")))
        .append("}\n\\begin{itemize}\n");
    sentences
        .notMeasured()
        .forEach(it -> document.append("\\item{} ").append(tex.text(it)).append('\n'));
    document.append("\\end{itemize}\n");
    tables.forEach(it -> document.append("\\input{tables/").append(it.name()).append("}\n"));
    document.append("\\clearpage\n"); // before there are more floats than TeX holds
    charts.forEach((name, chart) -> document.append(figure(name, chart)));
    return document.append("\\end{document}\n").toString();
  }

  private String figure(String name, Chart chart) {
    return """
        \\begin{figure}[htbp]
          \\centering
          \\includegraphics[width=0.85\\linewidth]{%s.pdf}
          \\caption{%s}
          \\label{fig:malassay-%s}
        \\end{figure}
        """
        .formatted(name, tex.text(chart.title()), name);
  }
}
