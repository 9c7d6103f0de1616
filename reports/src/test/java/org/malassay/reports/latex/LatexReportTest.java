package org.malassay.reports.latex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class LatexReportTest {
  /** Where golden parts are written anew: -Dgolden=src/test/resources/... */
  private static final Optional<Path> ANEW =
      Optional.ofNullable(System.getProperty("golden")).map(Path::of);

  private static Path made = Path.of("");

  @BeforeAll
  static void written(@TempDir Path runs) throws IOException {
    made = write(study(runs), Map.of());
  }

  private static Path write(RunDirectory run, Map<String, String> options) throws IOException {
    return new LatexReport().write(Runs.of(run), Options.of(options));
  }

  static RunDirectory study(Path runs) throws IOException {
    return MadeUp.run(
        runs,
        List.of(
            MadeUp.row("container", "bots/a").build(),
            MadeUp.row("container", "bots/b").build(),
            MadeUp.row("container", "c")
                .notExecutable(Cause.Type.MISSING_LIBRARY, "libx.so.1")
                .build(),
            MadeUp.row("container", "d").notExecutable(Cause.Type.WRONG_ARCHITECTURE, "").build(),
            MadeUp.row("unikernel", "bots/a").build(),
            MadeUp.row("unikernel", "bots/b")
                .notExecutable(Cause.Type.NEEDS_PROCESS, "fork")
                .build(),
            MadeUp.row("unikernel", "c").notExecutable(Cause.Type.NO_LOADER, "").build(),
            MadeUp.row("unikernel", "d").inconclusive("engine gone").build()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main.tex",
        "tables/answer.tex",
        "tables/combinations.tex",
        "tables/causes.tex",
        "tables/pairs.tex",
        "tables/shifts.tex",
        "tables/dimensions.tex",
        "tables/techniques.tex",
        "tables/versions.tex",
        "figures/shares.svg"
      })
  void aFileIsAsItWas(String name) throws IOException {
    String is = Files.readString(made.resolve(name));
    if (ANEW.isPresent()) {
      Path anew = ANEW.get().resolve(name);
      Files.createDirectories(anew.getParent());
      Files.writeString(anew, is);
    }
    assertThat(is)
        .as("%s; -Dgolden=FOLDER writes it anew", name)
        .isEqualTo(
            Files.readString(
                Path.of("src/test/resources/org/malassay/reports/latex").resolve(name)));
  }

  @Test
  void everyTableIsInTheDocumentAndEveryFigureInBothForms() throws IOException {
    String document = Files.readString(made.resolve("main.tex"));
    assertThat(names(made.resolve("tables")))
        .hasSize(8)
        .allSatisfy(
            it -> assertThat(document).contains("\\input{tables/" + it.replace(".tex", "}")));
    assertThat(names(made.resolve("figures")))
        .hasSize(2 * 9)
        .allSatisfy(it -> assertThat(document).contains("{" + it.replace(".svg", ".pdf") + "}"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFigureIsWellFormedAndHasATitleAndADescription() throws Exception {
    for (String name : names(made.resolve("figures"))) {
      if (name.endsWith(".svg")) {
        Document svg = svg(Files.readAllBytes(made.resolve("figures").resolve(name)));
        assertThat(text(svg, "title")).as(name).isNotBlank();
        assertThat(text(svg, "desc"))
            .as(name)
            .contains(name.equals("flow-1.svg") ? "container:" : "unikernel:")
            .containsPattern("\\d");
        assertThat(svg.getDocumentElement().getAttribute("aria-labelledby"))
            .isEqualTo("title desc");
      }
    }
  }

  private static Document svg(byte[] bytes) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document svg = factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
    assertThat(svg.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
    return svg;
  }

  private static String text(Document svg, String element) {
    return ((Element) svg.getElementsByTagName(element).item(0)).getTextContent();
  }

  @Test
  void aFigureIsAPageAsLargeAsItWithItsWordsAndItsFontInIt() throws Exception {
    Document svg = svg(Files.readAllBytes(made.resolve("figures/shares.svg")));
    try (PDDocument pdf = Loader.loadPDF(made.resolve("figures/shares.pdf").toFile())) {
      PDPage page = pdf.getPage(0);
      assertThat(pdf.getNumberOfPages()).isEqualTo(1);
      assertThat(pdf.getVersion()).isLessThanOrEqualTo(1.5f);
      assertThat((double) page.getMediaBox().getHeight())
          .isEqualTo(Double.parseDouble(svg.getDocumentElement().getAttribute("height")));
      for (COSName name : page.getResources().getFontNames()) {
        assertThat(page.getResources().getFont(name).isEmbedded()).isTrue();
      }
      assertThat(page.getResources().getXObjectNames()).as("no picture").isEmpty();
      assertThat(new PDFTextStripper().getText(pdf))
          .contains("container", "50 % (15–85 %)", "unikernel", "33 % (6–79 %)");
    }
  }

  @Test
  void theFlowChartOfThePageIsThatOfThePaper() throws IOException {
    try (PDDocument pdf = Loader.loadPDF(made.resolve("figures/flow-2.pdf").toFile())) {
      assertThat(new PDFTextStripper().getText(pdf))
          .contains("executable file format?", "no answer 1", "yes 1", "no 2");
    }
  }

  @Test
  void theSameRunGivesTheSameBytes(@TempDir Path runs) throws Exception {
    Map<String, byte[]> once = bytes(made);
    Thread.sleep(2); // no time is in them
    Map<String, byte[]> again = bytes(write(study(runs), Map.of()));
    assertThat(again.keySet()).isEqualTo(once.keySet());
    again.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(once.get(name)));
  }

  private static Map<String, byte[]> bytes(Path folder) throws IOException {
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return all;
  }

  @Test
  void whatIsNotMeasuredIsADashAndNoZero(@TempDir Path runs) throws IOException {
    Path latex =
        write(
            MadeUp.run(
                runs,
                List.of(
                    MadeUp.row("container", "a").label(MadeUp.weak()).unseen().build(),
                    MadeUp.row("container", "b")
                        .label(MadeUp.weak())
                        .notExecutable(Cause.Type.NO_LOADER, "")
                        .build(),
                    MadeUp.row("unikernel", "a").inconclusive("engine gone").build())),
            Map.of());
    assertThat(Files.readString(latex.resolve("tables/answer.tex")))
        .contains(
            "container & 2 & 1 & 50 \\% & 9\\textendash{}91 \\%"
                + " & \\textendash{}".repeat(4)
                + " \\\\",
            "unikernel & 0 & 0" + " & \\textendash{}".repeat(6) + " \\\\");
  }

  @Test
  void aHostileEnvironmentIsTextInEveryFigureAndTable(@TempDir Path runs) throws Exception {
    String hostile = "</text><script>alert(1)</script> \u202e 😀 \\input{x}";
    Path latex = write(MadeUp.run(runs, List.of(MadeUp.row(hostile, "a").build())), Map.of());
    Document svg = svg(Files.readAllBytes(latex.resolve("figures/shares.svg")));
    assertThat(svg.getElementsByTagName("script").getLength()).isZero();
    assertThat(text(svg, "text")).doesNotContain("\u202e");
    try (PDDocument pdf = Loader.loadPDF(latex.resolve("figures/shares.pdf").toFile())) {
      assertThat(new PDFTextStripper().getText(pdf))
          .contains("</text><script>alert(1)</script> \\u202e \\U0001f600 \\input{x}");
      assertThat(pdf.getPage(0).getMediaBox().getWidth())
          .as("room for the name")
          .isGreaterThan(560);
    }
    assertThat(Files.readString(latex.resolve("tables/answer.tex")))
        .contains("\\textless{}script\\textgreater{}alert(1)", "\\textbackslash{}input\\{x\\}")
        .doesNotContain("\\input");
  }

  @Test
  void aRunWithoutResultsHasADocumentThatSaysSo(@TempDir Path runs) throws IOException {
    Path latex = write(MadeUp.run(runs, List.of()), Map.of());
    assertThat(Files.readString(latex.resolve("main.tex")))
        .contains("No sample was run to an answer.")
        .doesNotContain("\\includegraphics", "tables/answer");
  }

  @Test
  void figuresInJapaneseAskForAFontByItsOption(@TempDir Path runs) throws IOException {
    RunDirectory run = study(runs);
    assertThatThrownBy(() -> write(run, Map.of("lang", "ja")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-Dlatex.font=")
        .hasMessageContaining("fonts-ipafont-gothic");
    Path none = runs.resolve("none.ttf");
    assertThatThrownBy(() -> write(run, Map.of("latex.font", none.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(none.toString())
        .hasMessageContaining("-Dlatex.font=FILE names a TrueType font");
    Path text = Files.writeString(runs.resolve("text.ttf"), "This is no font, but some text.");
    assertThatThrownBy(() -> write(run, Map.of("latex.font", text.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-Dlatex.font=FILE names a TrueType font");
    assertThat(run.path().resolve("latex")).doesNotExist();
  }
}
