package org.malassay.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environment.Piece;
import org.malassay.environment.Variant;
import org.malassay.files.FolderCopy;
import org.malassay.files.Folders;
import org.malassay.options.OptionException;
import org.malassay.sample.FileFacts;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class MergingTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final Verdict NOT = Verdict.notExecutable(Cause.of(Cause.Type.ABORT));

  @TempDir Path folder;

  /** A run, some of which differs from what it is unless told. */
  private final class Draft {
    final String id;
    String experiment = "Study.samples";
    String environment = "box";
    int files = 2;
    final Map<String, String> options = new HashMap<>(Map.of("time.limit", "10s"));
    final Map<String, String> versions = new HashMap<>(Map.of("malassay", "1", "os", "Linux"));
    final Map<String, String> facts = new HashMap<>(Map.of("image", "sha256:1"));
    Instant started = Instant.EPOCH;

    Draft(String id, String shard) {
      this.id = id;
      options.put("shard", shard);
    }

    Session session() {
      return new Session(
          started,
          Map.copyOf(options),
          Map.copyOf(versions),
          Map.of(environment, Map.copyOf(facts)),
          Optional.of(new CorpusDigest("0".repeat(64), files)));
    }

    RunDirectory with(Result... rows) throws IOException {
      List<CorpusEntry> corpus = new ArrayList<>();
      for (Result row : rows) {
        corpus.add(
            new CorpusEntry(
                row.sample(),
                row.sha256(),
                7,
                FileFacts.script("/bin/sh"),
                Optional.empty(),
                Optional.empty()));
      }
      RunDirectory run =
          RunDirectory.create(
              folder.resolve("runs"), RunHeader.of(id, experiment, session()), corpus);
      try (Journal journal = run.journal()) {
        for (Result row : rows) {
          journal.append(row.in(id, row.session()));
          run.evidence(row).write(Piece.STDOUT, id.getBytes(UTF_8));
        }
      }
      return RunDirectory.open(run.path());
    }
  }

  private static Result row(String sha256) {
    return ResultFixture.result("box", sha256, Verdict.executable(), 1);
  }

  private RunDirectory merge(RunDirectory... runs) throws IOException {
    return Merging.of(List.of(runs), folder.resolve("merged"), Set.of());
  }

  @Test
  void aMergedRunIsOneThatStandsByItself() throws IOException {
    Draft second = new Draft("two", "2/2");
    second.started = Instant.EPOCH.plusSeconds(9);
    RunDirectory one = new Draft("one", "1/2").with(row(A));
    RunDirectory merged = merge(second.with(row(B)), one, one);

    RunHeader header = merged.header();
    assertThat(header.merged()).contains(new Merged(List.of("one", "two"), List.of()));
    assertThat(header.sessions()).hasSize(1);
    assertThat(header.first().options()).containsExactly(Map.entry("time.limit", "10s"));
    assertThat(header.started()).isEqualTo(Instant.EPOCH);
    assertThat(header.shard()).isEqualTo(Shard.WHOLE);
    List<Result> rows = merged.journaled().results();
    assertThat(rows).extracting(Result::sha256).containsExactlyInAnyOrder(A, B);
    assertThat(rows).allMatch(row -> row.run().equals(header.id()) && row.session() == 1);
    assertThat(merged.evidence(row(B)).folder().resolve("stdout")).hasContent("two");
    assertThat(merged.path()).isEqualTo(folder.resolve("merged/latest").toRealPath());
    List<CorpusEntry> corpus = new ArrayList<>();
    merged.forEachCorpusEntry(corpus::add);
    assertThat(corpus).extracting(CorpusEntry::sha256).containsExactly(A, B);
  }

  @Test
  void rowsOfOtherHostsNameTheirOwnSession() throws IOException {
    Draft second = new Draft("two", "2/2");
    second.versions.put("os", "Linux 7");
    second.started = Instant.EPOCH.plusSeconds(9);
    RunDirectory merged = merge(second.with(row(B)), new Draft("one", "1/2").with(row(A)));
    assertThat(merged.header().sessions()).hasSize(2);
    for (Result row : merged.journaled().results()) {
      assertThat(merged.header().sessions().get(row.session() - 1).versions())
          .containsEntry("os", row.sha256().equals(B) ? "Linux 7" : "Linux");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "option, time.limit, 3s, option -Dtime.limit is 10s and 3s",
    "option, record, none, option -Drecord is (none) and none",
    "option, sample, x*, option -Dsample is (none) and x*",
    "version, malassay, 2, version of malassay is 1 and 2",
    "fact, image, sha256:2, 'box: image is sha256:1 and sha256:2'",
  })
  void whatMayChangeAResultIsRefusedUnlessTheUserSaysThatItDoesNot(
      String kind, String name, String value, String said) throws IOException {
    Draft other = new Draft("two", "2/2");
    Map.of("option", other.options, "version", other.versions, "fact", other.facts)
        .get(kind)
        .put(name, value);
    RunDirectory[] runs = {new Draft("one", "1/2").with(row(A)), other.with(row(B))};
    assertThatThrownBy(() -> merge(runs))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "runs one and two cannot be merged: %s; measure one of them again with the same, or, if no result is another for it, say -Druns.differ='%s'"
                .formatted(said, name));
    assertThat(
            Merging.of(List.of(runs), folder.resolve("merged"), Set.of(name)).header().sessions())
        .as("each row still names its own")
        .hasSize(2);
  }

  @Test
  void whatChangesNoResultMayDiffer() throws IOException {
    Draft other = new Draft("two", "2/2");
    other.options.putAll(
        Map.of("guests", "9", "out", "elsewhere", "samples", "/mnt/corpus", "max.threat", "5"));
    assertThat(
            merge(new Draft("one", "1/2").with(row(A)), other.with(row(B))).journaled().results())
        .hasSize(2);
  }

  @Test
  void whatAMachineIsGivenMakesNoOtherSession() throws IOException {
    Draft first = new Draft("one", "1/2");
    Draft other = new Draft("two", "2/2");
    for (Draft draft : List.of(first, other)) {
      draft.options.put("out", "/data/" + draft.id);
      draft.options.put("reports", "csv");
    }
    other.options.putAll(Map.of("guests", "9", "resume", "latest"));
    assertThat(merge(first.with(row(A)), other.with(row(B))).header().sessions())
        .extracting(Session::options)
        .as("with what all have")
        .containsExactly(Map.of("time.limit", "10s", "reports", "csv"));
  }

  /** A run in one of two variants of the environment, whose facts have nothing in common. */
  private Draft variant(String id, String shard, String kernel) {
    Draft draft = new Draft(id, shard);
    draft.options.putAll(Map.of("box.kernel", kernel, "box.image", "debian"));
    draft.facts.put("image", "sha256:" + kernel);
    draft.facts.put("variant", new Variant(kernel + " kernel", "box.kernel", kernel).fact());
    return draft;
  }

  @Test
  void variantsOfAnEnvironmentAreTwoInTheMergedRun() throws IOException {
    RunDirectory host = variant("host", "1/1", "host").with(row(A), row(B));
    RunDirectory arm =
        variant("arm", "1/1", "arm")
            .with(ResultFixture.result("box", A, NOT, 0), ResultFixture.result("box", B, NOT, 0));

    RunDirectory merged = merge(host, arm);

    assertThat(merged.header().environments())
        .hasSize(2)
        .hasEntrySatisfying(
            "box (arm kernel)", it -> assertThat(it).containsEntry("image", "sha256:arm"))
        .hasEntrySatisfying(
            "box (host kernel)", it -> assertThat(it).containsEntry("image", "sha256:host"));
    assertThat(merged.header().merged().orElseThrow().lost()).isEmpty();
    List<Result> rows = merged.journaled().results();
    assertThat(rows)
        .extracting(row -> row.environment() + " " + row.sha256().charAt(0) + " " + row.evidence())
        .containsExactlyInAnyOrder(
            "box (arm kernel) a evidence/box (arm kernel)/" + A,
            "box (arm kernel) b evidence/box (arm kernel)/" + B,
            "box (host kernel) a evidence/box (host kernel)/" + A,
            "box (host kernel) b evidence/box (host kernel)/" + B);
    for (Result row : rows) {
      String measured = row.environment().contains("arm") ? "arm" : "host";
      assertThat(merged.evidence(row).folder().resolve("stdout")).hasContent(measured);
      assertThat(row.verdict().equals(NOT)).isEqualTo(measured.equals("arm"));
      assertThat(merged.header().sessions().get(row.session() - 1).environments())
          .containsOnlyKeys(row.environment());
    }
  }

  @Test
  void shardsOfEachVariantAreMergedWithOneOfAnotherEnvironment() throws IOException {
    Draft others = new Draft("others", "1/1");
    others.environment = "crate";
    assertThat(
            merge(
                    others.with(ResultFixture.result("crate", A, Verdict.executable(), 1)),
                    variant("x", "1/1", "host").with(row(A)),
                    variant("y", "1/1", "arm").with(row(A)))
                .header()
                .environments())
        .containsOnlyKeys("crate", "box (arm kernel)", "box (host kernel)");
    assertThat(
            merge(
                    variant("1h", "1/2", "host").with(row(A)),
                    variant("2h", "2/2", "host").with(row(B)),
                    variant("1a", "1/2", "arm").with(row(A)),
                    variant("2a", "2/2", "arm").with(row(B)))
                .journaled()
                .results())
        .hasSize(4);
  }

  /** All that tells variants apart is which one it is. */
  @Test
  void variantsWithOtherOptionsAreRefusedAsEver() throws IOException {
    RunDirectory host = variant("host", "1/1", "host").with(row(A));
    Draft arm = variant("arm", "1/1", "arm");
    arm.options.put("box.image", "alpine");
    RunDirectory other = arm.with(row(A));
    assertThatThrownBy(() -> merge(host, other))
        .hasMessageContaining(
            "cannot be merged: option -Dbox.image is alpine and debian; measure one of them again");
    RunDirectory[] runs = {
      variant("1h", "1/2", "host").with(row(A)),
      variant("1a", "1/2", "arm").with(row(A)),
      otherImage(variant("2a", "2/2", "arm")).with(row(B))
    };
    assertThatThrownBy(() -> merge(runs))
        .hasMessageContaining("runs 1a and 2a cannot be merged: box (arm kernel): image is");
  }

  private static Draft otherImage(Draft draft) {
    draft.facts.put("image", "sha256:other");
    return draft;
  }

  @Test
  void aRunThatDoesNotTellItsVariantIsRefusedAsEver() throws IOException {
    Draft earlier = new Draft("earlier", "1/1");
    RunDirectory one = earlier.with(row(A));
    RunDirectory arm = variant("later", "1/1", "arm").with(row(A));
    assertThatThrownBy(() -> merge(one, arm))
        .hasMessageContaining("box: variant is (none) and arm kernel (-Dbox.kernel=arm)");
  }

  /** A run, continued with something that may be another then. */
  private RunDirectory continued(String id, String shard, String sha256, String kind, String name)
      throws IOException {
    Draft draft = new Draft(id, shard);
    RunDirectory run = draft.with(row(sha256));
    (kind.equals("option") ? draft.options : draft.versions).put(name, "3");
    run.continued(draft.session(), List.of());
    return RunDirectory.open(run.path());
  }

  @ParameterizedTest
  @CsvSource({"option, repeat", "option, sample", "version, commit", "version, objdump"})
  void aContinuedRunIsMergedWithItselfAndWithOneContinuedLikeIt(String kind, String name)
      throws IOException {
    RunDirectory one = continued("one", "1/2", A, kind, name);
    Path copy = folder.resolve("copy");
    FolderCopy.of(one.path(), copy);
    assertThat(merge(one, RunDirectory.open(copy)).journaled().results()).hasSize(1);
    RunDirectory merged = merge(one, continued("two", "2/2", B, kind, name));
    assertThat(merged.header().sessions()).hasSize(2);
    assertThat(merged.journaled().results()).hasSize(2);
    if (!name.equals("objdump")) {
      RunDirectory other = new Draft("three", "2/2").with(row(B));
      assertThatThrownBy(() -> merge(one, other))
          .hasMessageContaining(name + " is 3 and (none); measure one of them again");
    }
  }

  @Test
  void whoseFeaturesAreMadeByAnotherToolIsRefused() throws IOException {
    Draft first = new Draft("one", "1/2");
    first.versions.put("objdump", "2.40");
    Draft other = new Draft("two", "2/2");
    other.versions.put("objdump", "2.44");
    RunDirectory one = first.with(row(A));
    RunDirectory two = other.with(row(B));
    assertThatThrownBy(() -> merge(one, two))
        .hasMessageContaining("version of objdump is 2.40 and 2.44");
    assertThat(merge(one, new Draft("three", "2/2").with(row(B))).journaled().results())
        .as("one that has none")
        .hasSize(2);
  }

  @Test
  void aFileIsInTheCorpusOnceWithTheHashThatOneOfThemHas() throws IOException {
    RunDirectory one = new Draft("one", "1/1").with(row(A));
    Path copy = folder.resolve("copy");
    FolderCopy.of(one.path(), copy);
    Path corpus = copy.resolve("corpus.jsonl");
    String hashed = Files.readString(corpus).replace("\"tlsh\":null", "\"tlsh\":\"T1\"");
    Files.delete(corpus); // of which there is one more name
    Files.writeString(corpus, hashed);
    List<CorpusEntry> files = new ArrayList<>();
    merge(one, RunDirectory.open(copy)).forEachCorpusEntry(files::add);
    assertThat(files).extracting(CorpusEntry::tlsh).containsExactly(Optional.of("T1"));
  }

  @Test
  void whatIsOfNoOneSplitIsRefused() throws IOException {
    RunDirectory one = new Draft("one", "1/2").with(row(A));
    assertThatThrownBy(() -> merge(one, new Draft("two", "2/3").with(row(B))))
        .hasMessageContaining("runs one and two cannot be merged: the number of shards is 2 and 3");
    Draft corpus = new Draft("three", "2/2");
    corpus.files = 3;
    assertThatThrownBy(() -> merge(one, corpus.with(row(B))))
        .hasMessageContaining("the corpus is of 2 files (000000000000) and of 3 files (");
    Draft experiment = new Draft("four", "2/2");
    experiment.experiment = "Other.samples";
    assertThatThrownBy(() -> merge(one, experiment.with(row(B))))
        .hasMessageContaining("the experiment is Study.samples and Other.samples; leave out");
    RunDirectory merged = merge(one, new Draft("five", "2/2").with(row(B)));
    assertThatThrownBy(() -> merge(merged))
        .hasMessageContaining("was merged of others: name those in its place (one, five)");
  }

  @Test
  void oneSampleMeasuredTwiceIsRefusedAndACopiedRunIsNot() throws IOException {
    RunDirectory one = new Draft("one", "1/1").with(row(A));
    RunDirectory again =
        new Draft("two", "1/1").with(ResultFixture.result("box", A, Verdict.executable(), 2));
    assertThatThrownBy(() -> merge(one, again))
        .hasMessage(
            "folder/name-%s [aaaaaaaaaaaa] was measured in box by the run one and by the run two, with two results; leave one of these runs out of -Druns"
                .formatted(A));
    Path copy = folder.resolve("copy");
    FolderCopy.of(one.path(), copy);
    assertThat(merge(one, RunDirectory.open(copy)).journaled().results()).hasSize(1);
    assertThat(folder.resolve("merged")).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void whatIsAbsentIsSaid() throws IOException {
    Draft first = new Draft("one", "1/4");
    first.files = 9;
    RunDirectory one = first.with(row(A), row(B));
    Path journal = one.path().resolve(RunDirectory.JOURNAL);
    Files.writeString(journal, "not a row\n" + Files.readAllLines(journal).get(1).substring(0, 50));
    assertThat(merge(one).header().merged().orElseThrow().lost())
        .containsExactly(
            "shards 2, 3, 4 of 4 are missing: their 7 files, copies included, are absent",
            "run one has no result of 2 of its 2 samples in box: continue it by -Dresume, and merge"
                + " again",
            "run one: line 1 of journal.jsonl is damaged: its row is lost");
  }

  @Test
  void absentRepetitionsAreSaidAndEvidenceIsThatOfARepetition() throws IOException {
    Draft draft = new Draft("one", "1/1");
    draft.options.put("repeat", "3");
    Result third = ResultFixture.result("box", A, Verdict.executable(), 1, 3);
    RunDirectory merged = merge(draft.with(row(A), third));
    assertThat(merged.header().merged().orElseThrow().lost())
        .containsExactly(
            "run one has no result of 1 of its 3 measurements in box: continue it by -Dresume, and"
                + " merge again");
    assertThat(merged.evidence(third).folder().resolve("stdout")).hasContent("one");
  }

  @Test
  void aShardWithoutFilesMayBeMissing() throws IOException {
    assertThat(
            merge(new Draft("one", "1/2").with(row(A), row(B)))
                .header()
                .merged()
                .orElseThrow()
                .lost())
        .containsExactly("shard 2 of 2 is missing: nothing of the corpus is absent by that");
  }

  @Test
  void nothingIsReadThroughALink() throws IOException {
    Path secret = Files.createDirectories(folder.resolve("secret"));
    Files.writeString(secret.resolve("stdout"), "secret");
    RunDirectory one = new Draft("one", "1/2").with(row(A));
    Path stdout = one.evidence(row(A)).folder().resolve("stdout");
    Files.delete(stdout);
    Files.createSymbolicLink(stdout, secret.resolve("stdout"));
    RunDirectory two = new Draft("two", "2/2").with(row(B));
    Path whole = two.evidence(row(B)).folder();
    Folders.delete(whole);
    Files.createSymbolicLink(whole, secret);

    RunDirectory merged = merge(one, two);

    assertThat(merged.header().merged().orElseThrow().lost())
        .containsExactly(
            "run one: 1 links, special or unreadable files among its evidence were left out",
            "run two has no evidence of 1 of its rows: reports tell less of them");
    assertThat(merged.evidence(row(A)).folder().resolve("stdout")).doesNotExist();
    assertThat(merged.evidence(row(B)).folder()).doesNotExist();

    Path journal = one.path().resolve(RunDirectory.JOURNAL);
    Files.move(journal, secret.resolve("journal"));
    Files.createSymbolicLink(journal, secret.resolve("journal"));
    assertThatThrownBy(() -> merge(one, two))
        .hasMessageContaining("journal.jsonl is a link or no regular file: name a run that has");
  }

  // Such a journal was forged: an environment's name is no path, and no row has another's folder.
  @Test
  void evidenceGoesNowhereElse() throws IOException {
    RunDirectory one = new Draft("one", "1/1").with(row(A));
    Path journal = one.path().resolve(RunDirectory.JOURNAL);
    Files.createDirectories(one.path().resolve("evidence/x"));
    String another = "evidence/box/%s-r2".formatted(A);
    Files.createDirectories(one.path().resolve(another));
    for (String evidence :
        List.of("evidence/box/../../evidence/x", "evidence", "evidence/x", another)) {
      Files.writeString(
          journal,
          Files.readString(journal)
              .replaceFirst("\"evidence\":\"[^\"]*", "\"evidence\":\"" + evidence));
      RunDirectory merged = merge(one);
      assertThat(merged.header().merged().orElseThrow().lost())
          .containsExactly("run one has no evidence of 1 of its rows: reports tell less of them");
      assertThat(merged.path().resolve("evidence")).doesNotExist();
    }
  }
}
