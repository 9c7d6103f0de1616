package org.malassay.experiment;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.malassay.options.Option;
import org.malassay.run.CorpusDigest;
import org.malassay.run.CorpusEntry;
import org.malassay.run.Difference;
import org.malassay.run.Result;
import org.malassay.run.Shard;

/** A corpus that is split over machines. */
class ShardTest extends ExperimentFixture {

  private Set<String> samples(String shard) throws IOException {
    assertThat(failures(run(it -> it.option(Shard.OPTION, shard)))).isEmpty();
    return results().stream().map(Result::sample).collect(toSet());
  }

  @Test
  void eachSampleIsInOneShardWhateverItsNameAndOrder() throws IOException {
    List<String> all = new ArrayList<>();
    Set<CorpusDigest> digests = new HashSet<>();
    for (int i = 1; i <= 3; i++) {
      all.addAll(samples(i + "/3"));
      digests.add(latest().header().last().corpus().orElseThrow());
    }
    assertThat(all).containsExactlyInAnyOrder("a-exits", "b-fails", "c-crashes", "d-runs");
    assertThat(digests).as("each knows the whole").hasSize(1);

    Set<String> first = samples("1/3");
    Files.move(corpus, folder.resolve("elsewhere"));
    Files.createDirectories(corpus);
    for (String name : List.of("a-exits", "b-fails", "c-crashes", "d-runs")) {
      Files.move(
          folder.resolve("elsewhere").resolve(name),
          corpus.resolve("z" + (char) ('z' - name.charAt(0) + 'a') + name));
    }
    assertThat(samples("1/3").stream().map(it -> it.substring(2)))
        .containsExactlyInAnyOrderElementsOf(first);
  }

  @Test
  void copiesOfAFileStayTogether() throws IOException {
    Path copy = Files.copy(corpus.resolve("a-exits"), corpus.resolve("z-copy"));
    int with = 0;
    for (int i = 1; i <= 2; i++) {
      samples(i + "/2");
      List<String> paths = new ArrayList<>();
      latest().forEachCorpusEntry(entry -> paths.add(entry.path()));
      with += paths.contains("a-exits") ? 1 : 0;
      assertThat(paths.contains(copy.getFileName().toString()))
          .isEqualTo(paths.contains("a-exits"));
    }
    assertThat(with).isEqualTo(1);
  }

  @Test
  void theShardStandsInTheHeaderAndTheId() throws IOException {
    samples("2/3");
    assertThat(latest().header().shard()).isEqualTo(new Shard(2, 3));
    assertThat(latest().header().id()).endsWith("-2of3");
    assertThat(console()).contains("\nshard 2 of 3 of the corpus\n", " shard=2/3");
    assertThat(console()).doesNotContain("only shard");
  }

  @Test
  void whoIsSplitByVariablesIsTold() throws IOException {
    execute(
        experiment()
            .with(List.of(fake), List.of())
            .with(Map.of("CI_NODE_INDEX", "2", "CI_NODE_TOTAL", "3")));
    assertThat(latest().header().shard()).isEqualTo(new Shard(2, 3));
    assertThat(console())
        .containsPattern(
            "warning: only shard 2 of 3 of the corpus is run, \\d of 4 samples, as CI_NODE_INDEX=2"
                + " and CI_NODE_TOTAL=3 of GitLab say; -Dshard=1/1 runs the whole\n");
    Set<String> byVariables = results().stream().map(Result::sample).collect(toSet());
    assertThat(byVariables).isEqualTo(samples("2/3"));
  }

  @Test
  void anEmptyShardIsGreenAndSaysSo() throws IOException {
    int empty = 1;
    while (!samples(empty + "/16").isEmpty()) {
      empty++;
    }
    assertThat(console())
        .contains("warning: shard " + empty + " of 16 is empty: none of the samples");
    List<CorpusEntry> entries = new ArrayList<>();
    latest().forEachCorpusEntry(entries::add);
    assertThat(entries).isEmpty();
    assertThat(fake.alive).hasValue(0);
  }

  @Test
  void theRunOfAnotherShardIsNotContinued() {
    run(it -> it.option(Shard.OPTION, "1/2"));
    assertThat(
            onlyFailure(
                run(it -> it.option(Shard.OPTION, "2/2").option(RunOptions.RESUME, "latest"))))
        .contains("cannot be continued: option -Dshard was 1/2 and is now 2/2; use the same");
    assertThat(onlyFailure(run(it -> it.option(RunOptions.RESUME, "latest"))))
        .contains("cannot be continued: option -Dshard was 1/2 and is now (none)");
  }

  @Test
  void expectationsForSamplesOfOtherShardsAreNotMissed() throws IOException {
    Path expected =
        Files.writeString(
            folder.resolve("expected.csv"),
            "sample,verdict\n"
                + "a-exits,EXECUTABLE\n"
                + "b-fails,NOT_EXECUTABLE\n"
                + "c-crashes,NOT_EXECUTABLE\n"
                + "d-runs,EXECUTABLE\n");
    run(it -> it.option(Shard.OPTION, "1/2").expecting(expected));
    assertThat(console()).doesNotContain("warning");
  }

  @Test
  void optionsThatChangeNothingAreOptions() {
    Set<String> ofOthers = Set.of("features", "lang", "cluster.distance");
    assertThat(new RunOptions().options().stream().map(Option::name))
        .containsAll(
            Difference.CHANGE_NOTHING.stream().filter(it -> !ofOthers.contains(it)).toList())
        .contains("env", "samples", "sample");
  }
}
