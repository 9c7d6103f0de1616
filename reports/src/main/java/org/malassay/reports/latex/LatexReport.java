package org.malassay.reports.latex;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.files.WholeFolder;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.charts.Chart;
import org.malassay.reports.charts.Charts;
import org.malassay.reports.comparison.Caveats;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Sentences;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;

/**
 * {@code latex/}: tables and figures of the comparison, each a file of its own for a paper, and
 * {@code main.tex}, a document that has them all. On request: few write papers about every run.
 */
public final class LatexReport implements Report {
  private static final Option<Path> FONT =
      Option.optional(
          "latex.font",
          "FILE",
          "TrueType font of the figures in latex/, such as /usr/share/fonts/opentype/ipafont-gothic"
              + "/ipag.ttf; needed for -Dlang=ja",
          Values::path);

  @Override
  public String name() {
    return "latex";
  }

  @Override
  public boolean onRequest() {
    return true;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FONT);
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path folder = runs.run().path().resolve("latex");
    Words words = options.get(Words.LANG);
    Optional<Path> file = options.find(FONT);
    if (words.language().equals("ja") && file.isEmpty()) {
      throw new IOException(
          "figures in Japanese need a font with its signs, which is embedded into them: -Dlatex.font="
              + "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf names that of Debian's package"
              + " fonts-ipafont-gothic");
    }
    try (Font font = Font.open(file)) {
      int distance = options.get(ReportOptions.CLUSTER_DISTANCE);
      WholeFolder.write(folder, fresh -> fill(fresh, runs, distance, words, font));
    }
    return folder;
  }

  private static void fill(Path folder, Runs runs, int distance, Words words, Font font)
      throws IOException {
    List<Result> sorted = Sorted.of(runs.answers());
    Comparison comparison = Comparison.of(sorted);
    Tex tex = new Tex(words.language());
    List<TexTable> tables = new PaperTables(sorted, comparison, words).all(runs.run().header());
    Files.createDirectories(folder.resolve("tables"));
    for (TexTable table : tables) {
      Files.writeString(folder.resolve("tables/" + table.name() + ".tex"), table.write(tex));
    }
    Map<String, Chart> charts = charts(sorted, comparison, words);
    Files.createDirectories(folder.resolve("figures"));
    for (Map.Entry<String, Chart> chart : charts.entrySet()) {
      draw(chart.getValue(), folder.resolve("figures"), chart.getKey(), font);
    }
    Files.writeString(
        folder.resolve("main.tex"),
        new Document(words, tex)
            .write(
                runs.run().header().id(),
                runs.caveats(),
                Sentences.of(comparison, words),
                List.of(Caveats.of(runs, distance, comparison, words).clusters()),
                tables,
                charts));
  }

  /** Those of the page, and the shares; none without results. */
  private static Map<String, Chart> charts(
      List<Result> sorted, Comparison comparison, Words words) {
    Map<String, Chart> all = new LinkedHashMap<>();
    if (sorted.isEmpty()) {
      return all;
    }
    Charts charts = new Charts(comparison, Comparison.byEnvironment(sorted), words);
    all.put("shares", charts.shares());
    all.putAll(charts.all());
    List<Chart> flows = charts.flows();
    for (int i = 0; i < flows.size(); i++) {
      all.put("flow-" + (i + 1), flows.get(i));
    }
    return all;
  }

  private static void draw(Chart chart, Path folder, String name, Font font) throws IOException {
    Figure figure = Figure.of(chart, font::width);
    try (Writer out = Files.newBufferedWriter(folder.resolve(name + ".svg"))) {
      Svg.write(figure, out);
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve(name + ".pdf"))) {
      Pdf.write(figure, font, out);
    }
  }
}
