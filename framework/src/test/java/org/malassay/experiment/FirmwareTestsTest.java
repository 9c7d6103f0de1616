package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class FirmwareTestsTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  @BeforeEach
  void images() throws IOException {
    Files.createDirectory(folder.resolve("images"));
    Files.writeString(folder.resolve("images/a.bin"), "good");
    Files.writeString(folder.resolve("images/b.bin"), "damaged");
  }

  private static ImageFacts facts(FirmwareImage image) throws IOException {
    if (Files.readString(image.file()).equals("damaged")) {
      throw new IOException("it is damaged");
    }
    return new ImageFacts(
        image,
        "a".repeat(64),
        1,
        List.of(),
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private record Written(String name) implements SurveyReport {
    @Override
    public Path write(SurveyDirectory survey, Options options) throws IOException {
      if (name.equals("bad")) {
        throw new IOException("no room");
      }
      return Files.writeString(survey.path().resolve(name), name);
    }
  }

  private FirmwareTests tests(Map<String, String> more) {
    Map<String, String> options = new HashMap<>(more);
    options.put("firmware", folder.resolve("images").toString());
    options.put("out", folder.resolve("surveys").toString());
    return FirmwareTests.of(
        Options.of(options),
        List.of(new Written("csv"), new Written("bad"), new Written("html")),
        FirmwareTestsTest::facts,
        new PrintStream(console, true, UTF_8));
  }

  /** What each test threw, by its name. */
  private Map<String, Optional<Throwable>> run(Map<String, String> options) {
    Map<String, Optional<Throwable>> ended = new LinkedHashMap<>();
    try (Stream<DynamicNode> nodes = tests(options).tests()) {
      for (DynamicNode node : new ArrayList<>(nodes.toList())) {
        Optional<Throwable> thrown = Optional.empty();
        try {
          ((DynamicTest) node).getExecutable().execute();
        } catch (Throwable e) {
          thrown = Optional.of(e);
        }
        ended.put(node.getDisplayName(), thrown);
      }
    }
    return ended;
  }

  @Test
  void eachImageIsATestAndOneThatCannotBeReadErrs() {
    Map<String, Optional<Throwable>> ended = run(Map.of("reports", "csv,html"));
    assertThat(ended.keySet()).containsExactly("a.bin", "b.bin", "reports");
    assertThat(ended.get("a.bin")).isEmpty();
    assertThat(ended.get("b.bin").orElseThrow())
        .isInstanceOf(InconclusiveException.class)
        .hasMessage("b.bin could not be read: it is damaged");
    assertThat(ended.get("reports")).isEmpty();
    assertThat(folder.resolve("surveys/latest/csv")).exists();
    assertThat(console.toString(UTF_8)).contains("Malassay survey ").contains("html ");
  }

  @Test
  void aBrokenGateFails() {
    assertThat(run(Map.of("firmware.require", "nx")).get("a.bin").orElseThrow())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a.bin: no program was found in it");
  }

  @Test
  void aReportThatFailsDoesNotKeepTheOthersFromBeingWritten() {
    assertThat(run(Map.of()).get("reports").orElseThrow())
        .isInstanceOf(IOException.class)
        .hasMessage("report bad cannot be written: no room");
    assertThat(folder.resolve("surveys/latest/html")).exists();
  }

  @Test
  void aReportThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> tests(Map.of("reports", "csv,pdf")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("there is no report pdf of a survey")
        .hasMessageContaining("csv, bad, html");
  }

  @Test
  void aSurveyGoesOnByItsNameOrAsTheLatest() {
    run(Map.of());
    run(Map.of("resume", ""));
    assertThat(console.toString(UTF_8))
        .contains("continued: start 2")
        .contains("images of an earlier start, not read again: 1");
  }
}
