package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.Events;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/** Samples that are measured more than once, and do not always do the same. */
class RepeatTest extends ExperimentFixture {

  /** One guest, so that the measurements of a sample come one after the other. */
  private Events repeat(int times) {
    return run(
        it -> it.option(RunOptions.REPEAT, String.valueOf(times)).option(RunOptions.GUESTS, "1"));
  }

  private List<Result> rows(String sample) throws IOException {
    return results().stream()
        .filter(row -> row.sample().equals(sample))
        .sorted(Comparator.comparing(Result::repetition))
        .toList();
  }

  private Result answer(String sample) throws IOException {
    List<Result> answers = Repetitions.answers(rows(sample));
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  @Test
  void eachSampleIsMeasuredSoOftenInFreshGuestsWithEvidenceOfItsOwn() throws IOException {
    Events events = repeat(3);
    assertThat(failures(events)).isEmpty();
    assertThat(fake.started).hasValue(12);
    assertThat(results()).hasSize(12).extracting(Result::evidence).doesNotHaveDuplicates();
    assertThat(rows("b-fails")).extracting(Result::repetition).containsExactly(1, 2, 3);
    assertThat(results())
        .allSatisfy(
            row ->
                assertThat(latest().path().resolve(row.evidence()).resolve("stdout"))
                    .hasContent("hello"));
    String id = rows("a-exits").get(0).sha256().substring(0, 12);
    assertThat(events.finished().stream().map(it -> it.getTestDescriptor().getDisplayName()))
        .contains("a-exits [%s]".formatted(id), "a-exits [%s], repetition 3".formatted(id));
    assertThat(rows("a-exits").get(1).evidence()).endsWith("-r2");
  }

  @Test
  void aSampleCountsOnceByTheVerdictOfMostAndThatItChangedIsSaid() throws IOException {
    sample("e-flaky", "flips 0 3 0");
    repeat(3);
    assertThat(rows("e-flaky"))
        .extracting(row -> row.verdict().outcome())
        .containsExactly(Outcome.EXECUTABLE, Outcome.NOT_EXECUTABLE, Outcome.EXECUTABLE);
    assertThat(answer("e-flaky").verdict().outcome()).isEqualTo(Outcome.EXECUTABLE);
    assertThat(console())
        .contains("e-flaky [" + answer("e-flaky").sha256().substring(0, 12) + "], repetition 2")
        .contains(
            "repetitions: each sample measured 3 times, and counted once, by the verdict of most;"
                + " verdict changed: fake 1\n")
        .containsPattern("\nfake +5 +3 +2 +0 ");
  }

  @Test
  void whereAsManySayThatItRunsAsThatItDoesNotTheAnswerIsInconclusive() throws IOException {
    sample("e-flaky", "flips 0 3");
    assertThat(failures(repeat(2))).as("each measurement has its answer").isEmpty();
    assertThat(answer("e-flaky"))
        .satisfies(
            answer -> {
              assertThat(answer.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
              assertThat(answer.verdict().cause())
                  .contains(new Cause(Cause.Type.REPETITIONS_DISAGREE, "it runs in 1 of 2"));
              assertThat(answer.threatScore()).isEmpty();
              assertThat(answer.impactScore()).isEmpty();
            });
  }

  @Test
  void aRepetitionInWhichTheToolFailedHasNoVote() throws IOException {
    sample("e-flaky", "flips 3 lost lost");
    repeat(3);
    assertThat(answer("e-flaky").verdict().outcome()).isEqualTo(Outcome.NOT_EXECUTABLE);
    sample("e-flaky", "flips lost");
    repeat(2);
    assertThat(answer("e-flaky").verdict().cause().orElseThrow().type())
        .isEqualTo(Cause.Type.GUEST_FAILED);
  }

  @Test
  void aKilledRunIsContinuedByRepetitionsAndMayGetMoreOfThem() throws IOException {
    repeat(2);
    Path journal = latest().path().resolve("journal.jsonl");
    Files.write(
        journal,
        Files.readAllLines(journal).stream()
            .filter(it -> !(it.contains("c-crashes") && it.contains("\"repetition\":2")))
            .toList());
    run(
        it ->
            it.option(RunOptions.REPEAT, "3")
                .option(RunOptions.GUESTS, "1")
                .option(RunOptions.RESUME, "latest"));
    assertThat(fake.started).as("eight, the lost one, and a third time each").hasValue(8 + 1 + 4);
    assertThat(results())
        .extracting(Result::sample, Result::repetition)
        .hasSize(12)
        .contains(tuple("c-crashes", 2), tuple("d-runs", 3));
  }

  @Test
  void eachRepetitionIsJudgedAndTheAnswerOfTheBaselineIsWhatItMayNotBeWorseThan()
      throws IOException {
    sample("e-flaky", "flips 3 0 3");
    repeat(3);
    String before = latest().header().id();
    Events events =
        run(
            it ->
                it.option(RunOptions.REPEAT, "2")
                    .option(RunOptions.GUESTS, "1")
                    .option(RunOptions.BASELINE, before));
    assertThat(failures(events).values())
        .containsExactly("e-flaky in fake, repetition 2: became EXECUTABLE since run " + before);
    assertThat(answer("e-flaky").violations()).hasSize(1);
  }

  @Test
  void withoutTheOptionThereIsOneMeasurementAndAnEarlierRowIsTheFirst() throws IOException {
    run(it -> it);
    assertThat(results()).hasSize(4).allMatch(row -> row.repetition() == 1);
    assertThat(console()).doesNotContain("repetition");
    Path journal = latest().path().resolve("journal.jsonl");
    Files.writeString(journal, Files.readString(journal).replace(",\"repetition\":1", ""));
    assertThat(results()).hasSize(4).allMatch(row -> row.repetition() == 1);
    assertThat(Repetitions.answers(results())).isEqualTo(results());
  }

  @Test
  void aCountThatIsNoneIsRefused() {
    assertThat(onlyFailure(run(it -> it.option(RunOptions.REPEAT, "0"))))
        .startsWith("-Drepeat=0: not a whole number of at least 1");
  }
}
