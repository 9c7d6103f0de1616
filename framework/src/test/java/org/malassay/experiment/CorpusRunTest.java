package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.Events;
import org.malassay.features.Tlsh;
import org.malassay.run.Result;
import org.malassay.sample.Corpus.Unread;
import org.malassay.verdict.Verdict.Outcome;

/** What a run makes of a corpus as people have them. */
class CorpusRunTest extends ExperimentFixture {

  @Test
  void samplesInArchivesAreRunAndWhatCannotBeReadIsNamedAndCounted() throws IOException {
    Files.move(zip("exit 5"), corpus.resolve("e.zip"));
    Files.writeString(corpus.resolve("f.rar"), "Rar!\u001a\7\1\0");
    Files.writeString(corpus.resolve("g\u001b.zip"), "<html>");

    Events events = run(experiment -> experiment);

    assertThat(failures(events)).isEmpty();
    assertThat(results()).extracting(Result::sample).contains("e.zip!/zipped").hasSize(5);
    List<Unread> unread = new ArrayList<>();
    latest().forEachUnread(unread::add);
    assertThat(unread).extracting(Unread::path).containsExactly("f.rar", "g\u001b.zip");
    assertThat(console())
        .contains("  2 files cannot be read, and are no samples:\n    f.rar is a rar archive, ")
        .contains("    g\\x1b.zip is named like a zip archive and is none")
        .contains("files of the corpus that could not be read: 2, named above");
    assertThat(latest().path().resolve("samples")).doesNotExist();
  }

  @Test
  void theCorpusHasTheHashesByWhichNearDuplicatesAreFoundWithoutFeatures() throws IOException {
    byte[] varied = new byte[600];
    new Random(1).nextBytes(varied);
    Files.write(corpus.resolve("varied"), varied);
    Files.write(corpus.resolve("varied-copy"), varied);
    Files.writeString(corpus.resolve("small"), "too small");

    run(experiment -> experiment);

    Map<String, Optional<String>> hashes = new HashMap<>();
    latest().forEachCorpusEntry(entry -> hashes.put(entry.path(), entry.tlsh()));
    assertThat(latest().hasFeatures()).isFalse();
    assertThat(hashes.get("varied").orElseThrow()).matches("T1[0-9A-F]{70}");
    assertThat(hashes.get("varied-copy")).isEqualTo(hashes.get("varied"));
    assertThat(hashes.get("small")).contains(Tlsh.NONE);
  }

  @Test
  void manyFilesThatCannotBeReadAreNamedInTheRunDirectory() throws IOException {
    for (int i = 0; i < 30; i++) {
      Files.writeString(corpus.resolve("r%02d.rar".formatted(i)), "Rar!\u001a\7\1\0" + i);
    }
    run(experiment -> experiment);
    assertThat(console())
        .contains("30 files cannot be read", "r19.rar", "all of them are in unread.jsonl")
        .doesNotContain("r20.rar");
    assertThat(latest().path().resolve("unread.jsonl")).content().hasLineCount(30);
  }

  @Test
  void aCorpusWithoutAProgramForTheEnvironmentIsARunThatFailsWithOneLine() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.write(data.resolve("x"), new byte[] {1, 2, 3});
    Files.write(data.resolve("y"), new byte[] {1, 2, 4});
    Files.writeString(data.resolve("z"), "text");
    String line =
        "nothing in the corpus is a program for fake (arm, or a script): it is 2 data, 1 text";

    Events events = run(experiment -> experiment.option(RunOptions.SAMPLES, data.toString()));

    assertThat(failures(events)).containsExactly(Map.entry("something to measure", line));
    assertThat(console())
        .contains("warning: " + line, "warnings: 1, 1 of them above the first sample");
    assertThat(results()).hasSize(3).allMatch(r -> r.verdict().outcome() != Outcome.EXECUTABLE);
  }

  @Test
  void aFileThatHasChangedSinceItWasHashedIsInconclusive() throws IOException {
    for (int i = 0; i < 20; i++) {
      sample("more-" + i, "exit 0\n" + i);
    }
    // the first to be run changes all others, as a user does who updates a corpus
    Events events =
        run(
            experiment ->
                experiment.option(RunOptions.GUESTS, "1").checking(result -> appendToAll()));

    assertThat(failures(events)).isNotEmpty();
    assertThat(results())
        .filteredOn(r -> r.verdict().outcome() == Outcome.INCONCLUSIVE)
        .isNotEmpty()
        .allSatisfy(
            r ->
                assertThat(r.verdict().cause().orElseThrow().toString())
                    .contains("has changed since the corpus was read"));
  }

  private void appendToAll() {
    try (var files = Files.newDirectoryStream(corpus)) {
      for (Path file : files) {
        Files.writeString(file, "#!/bin/sh\nexit 7\n");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of GitHub, Gitea, Azure Pipelines, TeamCity, GitLab, Travis, Jenkins and Buildkite. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "::error::x",
        "a ::set-output name=x::y",
        "::add-mask::a",
        "##[error]x",
        "##vso[task.setvariable variable=x]y",
        "##teamcity[buildStatus status='SUCCESS']",
        "##octopus[createArtifact]",
        "section_start:1:x\r\u001b[0Kx",
        "travis_fold:start:x\r",
        "\u001b[8mha:x\u001b[0m",
        "\n--- x",
      })
  void noCommandOfACiSystemIsPrinted(String name) throws IOException {
    Path samples = Files.createDirectory(folder.resolve("samples"));
    Files.writeString(samples.resolve(name), "#!/bin/sh\nengine gone\n");
    Files.writeString(samples.resolve("b.rar"), "Rar!\u001a\7\1\0");

    Events events = run(experiment -> experiment.option(RunOptions.SAMPLES, samples.toString()));

    assertThat(failures(events)).hasSize(1);
    assertThat(console() + failures(events))
        .doesNotContainPattern(
            "(?m)::[A-Za-z]|##\\w*\\[|^(---|\\+\\+\\+|~~~)|section_start:|_fold:")
        .doesNotContain("\u001b", "\r", name);
  }

  /** Runs in a Java of its own: the charset of file names is fixed when a Java starts. */
  static final class WholeRun {
    public static void main(String[] args) {
      Experiment.fromCommandLine()
          .option(RunOptions.SAMPLES, args[0])
          .in("fake")
          .option(RunOptions.OUT, args[1])
          .with(List.of(new FakeEnvironment("fake", Map.of())), List.of())
          .tests()
          .close();
      Runtime.getRuntime().halt(0);
    }
  }

  /** Such a Java loads no class from a checkout whose path has other characters. */
  private String plainClassPath() throws Exception {
    List<String> elements = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path copy = folder.resolve("classes-" + elements.size());
      boolean copied =
          Files.isDirectory(Path.of(element))
              && new ProcessBuilder("cp", "-r", element, copy.toString()).start().waitFor() == 0;
      elements.add(copied ? copy.toString() : element);
    }
    return String.join(File.pathSeparator, elements);
  }

  @Test
  void underALocaleThatCannotShowNamesTheyStayDifferentAndOneLineSaysWhy() throws Exception {
    for (String name : List.of("日本", "東京", "caf\u00e9")) {
      // bytes, whatever the locale of the test
      String bytes = new String(name.getBytes(UTF_8), ISO_8859_1);
      StringBuilder octal = new StringBuilder();
      bytes.chars().forEach(c -> octal.append("\\%03o".formatted(c)));
      new ProcessBuilder(
              "sh", "-c", "printf '#!/bin/sh\\nexit 0\\n' >\"$(printf '%s')\"".formatted(octal))
          .directory(corpus.toFile())
          .inheritIO()
          .start()
          .waitFor();
    }
    String said = saidUnderC(corpus.toString());

    List<String> paths = new ArrayList<>();
    latest().forEachCorpusEntry(entry -> paths.add(entry.path()));
    assertThat(paths).contains("日本", "東京", "caf\u00e9").doesNotHaveDuplicates();
    assertThat(said.lines().filter(line -> line.contains("locale")))
        .containsExactly(
            "warning: the locale's charset US-ASCII cannot show names of this corpus, which are"
                + " shown with escapes: set LC_ALL=C.UTF-8");
    assertThat(new Screen(US_ASCII).shown("日本.elf")).isEqualTo("\\u65e5\\u672c.elf");
    assertThat(new Screen(UTF_8).shown("日本.elf")).isEqualTo("日本.elf");
  }

  @Test
  void underALocaleThatCannotNameAPlaceTheErrorSaysWhatToSet() throws Exception {
    assertThat(saidUnderC(corpus + "/日本"))
        .containsOnlyOnce(
            ": no name of a file in the locale's charset; set LC_ALL=C.UTF-8 (-Dsamples=");
  }

  private String saidUnderC(String samples) throws Exception {
    // by a shell, whose script is bytes: this Java's own locale may be C as well
    Path script = folder.resolve("run.sh");
    Files.writeString(
        script, "exec \"$JAVA\" -cp \"$CP\" \"$MAIN\" '%s' \"$OUT\"\n".formatted(samples));
    ProcessBuilder java = new ProcessBuilder("sh", script.toString()).redirectErrorStream(true);
    java.environment()
        .putAll(
            Map.of(
                "LC_ALL", "C",
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "CP", plainClassPath(),
                "MAIN", WholeRun.class.getName(),
                "OUT", folder.resolve("runs").toString()));
    Process process = java.directory(folder.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    process.waitFor();
    return said;
  }
}
