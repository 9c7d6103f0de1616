package org.malassay.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Evidence;
import org.malassay.sample.FileFacts;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class RunDirectoryTest {
  private static final Verdict RUNS = Verdict.executable();
  private static final Verdict UNKNOWN =
      Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, "no engine"));

  @TempDir Path runs;

  private RunDirectory create(String id) throws IOException {
    RunHeader header =
        new RunHeader(
            id,
            "Study.samples",
            Instant.EPOCH,
            Map.of("env", "a"),
            Map.of("java", "17"),
            Map.of("a", Map.of("image", "sha256:1")));
    return RunDirectory.create(
        runs,
        header,
        List.of(
            new CorpusEntry("a\nb", "11", 7, FileFacts.script("/bin/sh"), Optional.empty()),
            new CorpusEntry("c", "11", 7, FileFacts.script("/bin/sh"), Optional.of("a\nb"))));
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
    List<CorpusEntry> corpus = new ArrayList<>();
    read.forEachCorpusEntry(corpus::add);
    assertThat(corpus).extracting(CorpusEntry::path).containsExactly("a\nb", "c");
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
            org.assertj.core.groups.Tuple.tuple("b", Verdict.Outcome.EXECUTABLE),
            org.assertj.core.groups.Tuple.tuple("a", Verdict.Outcome.EXECUTABLE));
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

  @Test
  void aBrokenLineInTheMiddleIsAnErrorThatNamesIt() throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    Files.writeString(file, "{broken\n" + Files.readString(file));
    assertThatThrownBy(() -> results(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("journal.jsonl line 1 is not a result");
  }

  @Test
  void theJournalOfAVersionThatKnewNothingOfRefusedCallsIsRead() throws IOException {
    RunDirectory run = create("one");
    try (Journal journal = run.journal()) {
      journal.append(ResultFixture.result("a", "11", RUNS, 1));
    }
    Path file = run.path().resolve(RunDirectory.JOURNAL);
    String earlier = Files.readString(file).replaceFirst(",\"refusedCalls\":\\[[^]]*]", "");
    assertThat(earlier).doesNotContain("fork");
    Files.writeString(file, earlier);

    assertThat(results(run)).singleElement().extracting(Result::refusedCalls).isEqualTo(List.of());
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
    Evidence evidence = create("one").evidence("a", "11");
    assertThat(evidence.folder()).doesNotExist();
    evidence.write("stdout", new byte[] {'#', '!', 0});
    assertThat(evidence.folder().resolve("stdout")).hasBinaryContent(new byte[] {'#', '!', 0});
    assertThat(Files.isExecutable(evidence.folder().resolve("stdout"))).isFalse();
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
}
