package org.malassay.reports.latex;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.csv.ComparisonReport;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;

/**
 * What a TeX of Debian makes of it: {@code apt-get install texlive-latex-recommended lmodern
 * poppler-utils}, and for Japanese {@code texlive-luatex texlive-lang-japanese
 * fonts-ipafont-gothic}.
 */
@Tag("slow")
class LatexDocumentTest {
  private static final String JAPANESE_FONT = "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf";

  @Test
  void theDocumentHasTheNumbersOfComparisonCsv(@TempDir Path runs) throws Exception {
    RunDirectory run = LatexReportTest.study(runs);
    String text = compiled("pdflatex", run, Map.of());
    Path csv = new ComparisonReport().write(Runs.of(run), Options.of(Map.of()));
    int found = 0;
    try (Reader in = Files.newBufferedReader(csv);
        var records = CSVFormat.RFC4180.builder().setHeader().get().parse(in)) {
      for (CSVRecord record : records) {
        if (!isInThePaper(record)) {
          continue;
        }
        for (String number : shown(record)) {
          assertThat(text)
              .as("%s of %s", number, record)
              .containsPattern("(?m)(^|\\s|\\()" + number);
          found++;
        }
      }
    }
    assertThat(found).isGreaterThan(50);
  }

  /** Figures by clusters and by other choices have no table there. */
  private static boolean isInThePaper(CSVRecord record) {
    return record.get("unit").equals("sample")
        && !record.get("figure").matches("(order_|environments_change_places).*");
  }

  /** The numbers of a row, as the paper rounds them. */
  private static List<String> shown(CSVRecord record) {
    List<String> shown = new ArrayList<>();
    boolean share = record.get("figure").equals("executable_share");
    for (String column : List.of("value", "low", "high")) {
      if (!record.get(column).isEmpty() && !record.get("figure").startsWith("cochran")) {
        double number = Double.parseDouble(record.get(column));
        shown.add(
            share
                ? String.format(
                    Locale.ROOT, column.equals("high") ? "\\d+–%.0f %%" : "%.0f", 100 * number)
                : String.format(Locale.ROOT, "%.2f", number));
      }
    }
    for (String column : List.of("p", "p_holm")) {
      if (!record.get(column).isEmpty()) {
        shown.add(String.format(Locale.ROOT, "%.3f", Double.parseDouble(record.get(column))));
      }
    }
    if (record.get("value").isEmpty()) {
      shown.add(record.get("n"));
    }
    return shown;
  }

  @Test
  void hostileNamesAreTextAndNoCommand(@TempDir Path runs) throws Exception {
    Path secret = Files.writeString(runs.resolve("secret.tex"), "TOPSECRET");
    Path trace = runs.resolve("trace");
    List<String> names = new ArrayList<>(MadeUp.HOSTILE_NAMES);
    names.add("\\input{" + secret.getFileName() + "}");
    names.add("\\input " + secret.toString().replace("/", "\u2215"));
    names.add("\\write18{touch " + trace.getFileName() + "}\\immediate\\write18{id}");
    names.add("^^5cinput{secret} \\catcode`\\%=12 \\end{document} \\\\[3cm] \\\\* & # $ x_1^2");
    List<Result> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(MadeUp.row("container", name).build());
      rows.add(
          MadeUp.row("en\\input{secret}v_" + names.indexOf(name) % 3, name)
              .notExecutable(Cause.Type.MISSING_LIBRARY, name)
              .build());
    }
    for (int i = 0; i < names.size(); i++) { // each is one that is named
      String one = names.get(i);
      RunDirectory run =
          MadeUp.run(
              runs,
              "one-" + i,
              List.of(
                  MadeUp.row("container", one).build(),
                  MadeUp.row("[" + "&%$#_{}~^\\", one)
                      .notExecutable(Cause.Type.NO_LOADER, one)
                      .build()));
      String text = compiled("pdflatex", run, Map.of());
      assertThat(text).as(one).contains("[&%$#_{}~^\\", "no loader").doesNotContain("TOPSECRET");
      if (one.startsWith("\\write18")) {
        assertThat(text.replaceAll("\\s", "")).contains("\\write18{touchtrace}");
      }
    }
    String text = compiled("pdflatex", MadeUp.run(runs, "all", rows), Map.of());
    assertThat(text).contains("en\\input{secret}v_1").doesNotContain("TOPSECRET");
    assertThat(trace).doesNotExist();
  }

  @Test
  void aDocumentInJapaneseIsJapanese(@TempDir Path runs) throws Exception {
    RunDirectory run = LatexReportTest.study(runs);
    String text = compiled("lualatex", run, Map.of("lang", "ja", "latex.font", JAPANESE_FONT));
    assertThat(text.replaceAll("\\s", ""))
        .contains("実行環境の比較", "表1", "図1", "コンテナ環境", "15–85%", "ライブラリ")
        .contains("実行可能なサンプルの割合");
    assertThat(run("pdftotext", run.path().resolve("latex/figures"), "shares.pdf", "-"))
        .contains("コンテナ環境", "50 % (15–85 %)");
    assertThat(run("pdftotext", run.path().resolve("latex/figures"), "impact.pdf", "-"))
        .as("what that font lacks is of the other one")
        .contains("≤10")
        .doesNotContain("\\u");
  }

  /** The text of the document, compiled as it says of itself. */
  private static String compiled(String tex, RunDirectory run, Map<String, String> options)
      throws Exception {
    Path latex = new LatexReport().write(Runs.of(run), Options.of(options));
    assertThat(Files.readString(latex.resolve("main.tex")))
        .startsWith("% " + tex + " -no-shell-escape main.tex\n");
    run(tex, latex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "main.tex");
    return run("pdftotext", latex, "-layout", "main.pdf", "-");
  }

  private static String run(String command, Path folder, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of(arguments));
    Path out = folder.resolve(command + ".out");
    Process process;
    try {
      process =
          new ProcessBuilder(line)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError("install what this class says: " + e.getMessage(), e);
    }
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("%s ends", command).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(out, UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
