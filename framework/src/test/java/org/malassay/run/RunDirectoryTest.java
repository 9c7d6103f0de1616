package org.malassay.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Evidence;
import org.malassay.environment.Piece;
import org.malassay.features.FeaturePiece;
import org.malassay.features.FeatureSheet;
import org.malassay.features.Features;
import org.malassay.features.Part;
import org.malassay.sample.FileFacts;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class RunDirectoryTest {
  private static final Verdict RUNS = Verdict.executable();
  private static final Verdict UNKNOWN =
      Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, "no engine"));

  @TempDir Path runs;

  private static Session session(String environment, Map<String, String> options) {
    return new Session(
        Instant.EPOCH,
        options,
        Map.of("java", "17"),
        Map.of(environment, Map.of("image", "sha256:1")),
        Optional.of(new CorpusDigest("00", 2)));
  }

  private static CorpusEntry entry(String path, String sha256) {
    return new CorpusEntry(
        path, sha256, 7, FileFacts.script("/bin/sh"), Optional.empty(), Optional.empty());
  }

  private RunDirectory create(String id) throws IOException {
    return RunDirectory.create(
        runs,
        RunHeader.of(id, "Study.samples", session("a", Map.of("env", "a"))),
        List.of(entry("a\nb", "11"), entry("c", "11").asDuplicateOf("a\nb")));
  }

  private static List<CorpusEntry> corpus(RunDirectory run) throws IOException {
    List<CorpusEntry> corpus = new ArrayList<>();
    run.forEachCorpusEntry(corpus::add);
    return corpus;
  }

  private static List<Result> results(RunDirectory run) throws IOException {
    List<Result> results = new ArrayList<>();
    run.forEachResult(results::add);
    return results;
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    RunDirectory written = create("one");
    Result result = ResultFixture.result("a", "11", RUNS, 4.5);
    try (Journal journal = written.journal()) {
      journal.append(result);
    }
    RunDirectory read = RunDirectory.open(runs.resolve("latest"));
    assertThat(read.path()).isEqualTo(runs.resolve("one").toRealPath());
    assertThat(read.header()).isEqualTo(written.header());
    assertThat(results(read)).containsExactly(result);
    assertThat(corpus(read)).extracting(CorpusEntry::path).containsExactly("a\nb", "c");
  }

  @Test
  void aHeaderIsAFileOfItsOwnAndNotEndless() throws IOException {
    RunDirectory run = create("one");
    Path header = run.path().resolve("run.json");
    String said = "its run.json is a link, no regular file or larger than 64 MiB";
    Path elsewhere = Files.move(header, runs.resolve("run.json"));
    Files.createSymbolicLink(header, elsewhere);
    assertThatThrownBy(() -> RunDirectory.open(run.path())).hasMessageContaining(said);
    Files.delete(header);
    Files.createDirectory(header);
    assertThatThrownBy(() -> RunDirectory.open(run.path())).hasMessageContaining(said);
    Files.delete(header);
    Files.move(elsewhere, header);
    assertThat(RunDirectory.open(runs.resolve("latest")).header()).isEqualTo(run.header());
    try (RandomAccessFile file = new RandomAccessFile(header.toFile(), "rw")) {
      file.setLength((64L << 20) + 1); // sparse
    }
    assertThatThrownBy(() -> RunDirectory.open(run.path())).hasMessageContaining(said);
  }

  @Test
  void aSampleRunAgainHasOneResultTheLast() throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", UNKNOWN, 0));
      journal.append(ResultFixture.result("b", "11", RUNS, 1));
      journal.append(ResultFixture.result("a", "11", RUNS, 2));
    }
    assertThat(results(run))
        .extracting(Result::environment, result -> result.verdict().outcome())
        .containsExactlyInAnyOrder(
            tuple("b", Verdict.Outcome.EXECUTABLE), tuple("a", Verdict.Outcome.EXECUTABLE));
  }

  @Test
  void theHalfLineOfAKilledRunIsPassedOverAndWrittenOver() throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    String line = Files.readString(file);
    for (int length = 1; length < line.length(); length += 7) {
      Files.writeString(file, line + line.substring(0, length));
      assertThat(results(run)).hasSize(1);
    }
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "22", RUNS, 1));
    }
    assertThat(results(run)).extracting(Result::sha256).containsExactly("11", "22");
  }

  /** One that an earlier version has begun, or that was too busy to read a sample again. */
  @Test
  void aContinuedRunGetsTheHashesThatItLacks() throws IOException {
    RunDirectory run = create("one");
    Path corpus = run.path().resolve("corpus.jsonl");
    String lines = Files.readString(corpus);
    assertThat(lines).contains(",\"tlsh\":null");
    Files.writeString(corpus, lines.replace(",\"tlsh\":null", ""));
    assertThat(corpus(run)).extracting(CorpusEntry::tlsh).containsOnly(Optional.empty());

    run.continued(
        session("a", Map.of()),
        List.of(entry("c", "11").withTlsh(Optional.of("T1")), entry("d", "22")));

    assertThat(corpus(run))
        .extracting(CorpusEntry::path, CorpusEntry::tlsh)
        .containsExactly(
            tuple("a\nb", Optional.of("T1")),
            tuple("c", Optional.of("T1")),
            tuple("d", Optional.empty()));
    assertThat(entry("c", "11").withTlsh(Optional.of("T1")).withTlsh(Optional.of("T2")).tlsh())
        .contains("T1");
  }

  @Test
  void theHeaderAndTheCorpusOfAContinuedRunDescribeAllItsRows() throws IOException {
    RunDirectory run = create("one");
    Session second = session("b", Map.of("env", "b", "guests", "2"));
    RunDirectory continued =
        run.continued(second, List.of(entry("c", "11"), entry("d", "22"), entry("e", "11")));

    RunDirectory read = RunDirectory.open(run.path());
    assertThat(read.header()).isEqualTo(continued.header());
    assertThat(read.header().id()).isEqualTo("one");
    assertThat(read.header().first()).isEqualTo(run.header().first());
    assertThat(read.header().last()).isEqualTo(second);
    assertThat(read.header().environments()).containsOnlyKeys("a", "b");
    assertThat(corpus(read))
        .extracting(CorpusEntry::path, CorpusEntry::duplicateOf)
        .containsExactly(
            tuple("a\nb", Optional.empty()),
            tuple("c", Optional.of("a\nb")),
            tuple("d", Optional.empty()),
            tuple("e", Optional.of("a\nb")));
  }

  @Test
  void theHeaderOfAVersionThatKnewOneStartIsRead() throws IOException {
    RunDirectory run = create("one");
    Files.writeString(
        run.path().resolve("run.json"),
        """
        {"id":"one","started":"1970-01-01T00:00:00Z","options":{"env":"a"},
         "versions":{"java":"17"},"environments":{"a":{"image":"sha256:1"}}}
        """);
    RunHeader header = RunDirectory.open(run.path()).header();

    assertThat(header.id()).isEqualTo("one");
    assertThat(header.sessions()).hasSize(1);
    assertThat(header.started()).isEqualTo(Instant.EPOCH);
    assertThat(header.environments()).isEqualTo(Map.of("a", Map.of("image", "sha256:1")));
    assertThat(header.first().corpus()).isEmpty();
  }

  @Test
  void aHeaderThatIsNoneIsAnErrorThatNamesIt() throws IOException {
    RunDirectory run = create("one");
    Path file = Files.writeString(run.path().resolve("run.json"), "{}");
    assertThatThrownBy(() -> RunDirectory.open(run.path()))
        .isInstanceOf(IOException.class)
        .hasMessage(file.toRealPath() + " is not the header of a run");
  }

  @Test
  void theDigestOfACorpusIsThatOfItsFilesInAnyOrder() {
    CorpusDigest digest = CorpusDigest.of(List.of(entry("b", "11"), entry("ä", "00")));
    // printf '00  ä\n11  b\n' | sha256sum
    assertThat(digest)
        .isEqualTo(
            new CorpusDigest("38eff72b52fe9d0b43a9d76f70c5f776521775abf84a0575d34aef78f9417607", 2))
        .isEqualTo(CorpusDigest.of(List.of(entry("ä", "00"), entry("b", "11"))))
        .isNotEqualTo(CorpusDigest.of(List.of(entry("ä", "00"), entry("b", "12"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{broken",
        "",
        "null",
        "3",
        "{}",
        "{\"run\":\"run\"}",
        "\u0000\u0000\u0000\u0000",
        "\u00ff\u00fe",
        "evidence/a/../../../x",
        "/etc"
      })
  void aDamagedLineInTheMiddleCostsItsRowAndIsSaid(String damage) throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
      journal.append(ResultFixture.result("a", "22", RUNS, 2));
      journal.append(ResultFixture.result("a", "33", RUNS, 3));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(1, damage.contains("/") ? lines.get(1).replace("evidence/a/22", damage) : damage);
    Files.writeString(file, String.join("\n", lines) + "\n", ISO_8859_1);

    assertThat(results(run)).extracting(Result::sha256).containsExactly("11", "33");
    assertThat(run.journaled().damage())
        .containsExactly("line 2 of journal.jsonl is damaged: its row is lost");
  }

  /** More lines than are parsed at once, and one that is longer than what is read at once. */
  @Test
  void aJournalOfManyLinesIsReadInItsOrder() throws IOException {
    RunDirectory run = create("one");
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String note = i == 300 ? "n".repeat(200_000) : "";
      rows.add(
          ResultFixture.result("a", "%02x".formatted(i), RUNS, 1).judged(List.of(note), false));
    }
    try (Journal journal = run.journal()) {
      journal.append(rows.subList(0, 400));
      journal.append(rows.get(400));
      journal.append(rows.subList(401, 600));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    assertThat(results(run)).isEqualTo(rows);

    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(500, "{");
    lines.add(lines.get(0));
    Files.write(file, lines);

    assertThat(run.journaled().damage())
        .containsExactly("line 501 of journal.jsonl is damaged: its row is lost");
    assertThat(results(run)).hasSize(599).endsWith(rows.get(0)).startsWith(rows.get(1));
  }

  @Test
  void theUnfinishedLineOfAKilledRunIsNoDamage() throws IOException {
    RunDirectory run = create("one");
    Files.writeString(run.path().resolve(RunDirectory.JOURNAL), "{\"run");

    assertThat(run.journaled().damage()).isEmpty();
    assertThat(results(run)).isEmpty();
  }

  @Test
  void theJournalOfAVersionThatKnewNothingOfUnsupportedCallsAndRecordingsIsRead()
      throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    String earlier =
        Files.readString(file)
            .replaceFirst(",\"unsupportedCalls\":\\[[^]]*]", "")
            .replaceFirst(",\"session\":1", "")
            .replaceFirst(",\"overTime\":\\{[^}]*}", "")
            .replaceFirst(",\"recording\":\\{\"states\":\\{.*?}}}", "");
    assertThat(earlier).doesNotContain("fork", "OBSERVED", "session", "overTime");
    Files.writeString(file, earlier);

    assertThat(results(run))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.unsupportedCalls()).isEmpty();
              assertThat(row.recording()).isEmpty();
              assertThat(row.session()).isZero();
              assertThat(row.service().orElseThrow().overTime()).isEmpty();
            });
  }

  @Test
  void theJournalOfAVersionThatCalledUnsupportedCallsRefusedIsRead() throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    Files.writeString(
        file, Files.readString(file).replace("\"unsupportedCalls\"", "\"refusedCalls\""));

    assertThat(results(run))
        .singleElement()
        .satisfies(row -> assertThat(row.unsupportedCallsInOneLine()).isEqualTo("fork:ENOSYS:3"));
  }

  @Test
  void twoRunsCannotWriteToOneJournal() throws IOException {
    RunDirectory run = create("one");
    Journal first = run.journal();
    assertThatThrownBy(run::journal)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is being written by another run");
    first.close();
    run.journal().close();
  }

  @Test
  void aRunIsNotMadeTwice() throws IOException {
    create("one");
    assertThatThrownBy(() -> create("one")).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aFolderThatIsNoRunIsAnErrorThatSaysSo() {
    assertThatThrownBy(() -> RunDirectory.open(runs))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageEndingWith("not the directory of a run: it has no run.json");
  }

  @Test
  void theLinkGoesToTheNewestRun() throws IOException {
    create("one");
    create("two");
    assertThat(runs.resolve("latest").toRealPath()).isEqualTo(runs.resolve("two").toRealPath());
  }

  @Test
  void evidenceIsNeverExecutable() throws IOException {
    Evidence evidence = create("one").freshEvidence(new ResultKey("a", "11", 1));
    assertThat(evidence.folder()).doesNotExist();
    evidence.write(Piece.STDOUT, new byte[] {'#', '!', 0});
    assertThat(evidence.folder().resolve("stdout")).hasBinaryContent(new byte[] {'#', '!', 0});
    assertThat(Files.isExecutable(evidence.folder().resolve("stdout"))).isFalse();
  }

  @Test
  void theEvidenceOfAnAttemptNeverMixesWithThatOfAnEarlierOne() throws IOException {
    RunDirectory run = create("one");
    for (String folder : List.of("11", "11-2", "11-3")) {
      Evidence evidence = run.freshEvidence(new ResultKey("a", "11", 1));
      assertThat(evidence.folder()).isEqualTo(run.path().resolve("evidence/a").resolve(folder));
      evidence.write(Piece.STDOUT, new byte[] {1});
    }
  }

  @Test
  void unknownFieldsOfALaterVersionAreNoError() throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    String line = Files.readString(file).replaceFirst("\\{", "{\"impactScore\":3,");
    Files.writeString(file, line, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(results(run)).hasSize(1);
  }

  @Test
  void staticFeaturesAreThereOnceTheyAreWrittenWhole() throws IOException {
    RunDirectory run = create("one");
    String sha256 = "ab".repeat(32);
    assertThat(run.hasFeatures()).isFalse();
    assertThat(run.featureSheet(sha256)).isEmpty();
    FeatureSheet sheet =
        new FeatureSheet(
            new TreeSet<>(List.of(Part.TLSH)),
            new TreeMap<>(Map.of("size", 7.0)),
            Optional.empty(),
            new TreeMap<>(Map.of(Part.TLSH, "why")));
    run.writeFeatures(
        sha256,
        new Features(
            sheet, List.of(new FeaturePiece("x.txt", "x", "text/plain", new byte[] {'x'}))));
    assertThat(run.hasFeatures()).isTrue();
    assertThat(run.featureSheet(sha256)).hasValue(sheet);
    assertThat(run.features(sha256).index())
        .extracting(Piece::name)
        .containsExactly("x.txt", FeatureSheet.FILE);
  }

  @Test
  void damagedStaticFeaturesAreToldWithTheRemedy() throws IOException {
    RunDirectory run = create("one");
    String sha256 = "ab".repeat(32);
    Path folder = Files.createDirectories(run.features(sha256).folder());
    Files.writeString(folder.resolve(FeatureSheet.FILE), "{\"parts\":");
    assertThatThrownBy(() -> run.featureSheet(sha256))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("features.json is damaged: remove it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../../evidence", "AB", "ab/../../x"})
  void staticFeaturesOfWhatIsNoSha256LieNowhere(String sha256) throws IOException {
    RunDirectory run = create("one");
    assertThatThrownBy(() -> run.features(sha256))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a SHA-256 that is none");
  }
}
