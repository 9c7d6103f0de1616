package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.malassay.experiments.SampleSources.Expectation;
import org.malassay.experiments.SampleSources.Recipe;
import org.malassay.experiments.SampleSources.Source;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

class SampleSourcesTest {

  /** What no program may do to the machine of whoever builds it. */
  private static final Pattern HARM =
      Pattern.compile(
          "\\b(v?fork|clone|daemon|setsid|kill|signal|sigaction|unlink|remove|rmdir|rename|"
              + "truncate|open|openat|creat|fopen|nftw|write|socket|connect|mount|reboot|system|"
              + "popen|exec\\w+|syscall)\\s*\\(");

  /** The failures of the tool, and what no single measurement has. */
  private static final Set<Cause.Type> NOT_THE_SAMPLES =
      EnumSet.of(
          Cause.Type.EMULATOR_FAILED, Cause.Type.GUEST_FAILED, Cause.Type.REPETITIONS_DISAGREE);

  @Test
  void everySampleHasAnExpectationAndEveryExpectationASample() throws Exception {
    assertThat(
            SampleSources.expectations().stream()
                .map(Expectation::sample)
                .filter(sample -> !sample.equals("*"))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            SampleSources.recipes().stream().map(Recipe::sample).toList());
  }

  @Test
  void whatIsExpectedToBeSeenIsOfASample() throws Exception {
    assertThat(SampleSources.recipes())
        .extracting(Recipe::sample)
        .containsAll(ExpectedEvent.all().stream().map(ExpectedEvent::sample).toList());
  }

  @Test
  void everyCSourceAndEveryPlainFileBecomesASample() throws Exception {
    Set<String> used =
        SampleSources.recipes().stream().map(Recipe::source).collect(Collectors.toSet());
    Set<String> present = new TreeSet<>();
    SampleSources.files(SampleSources.FOLDER, ".c")
        .filter(source -> source.text().contains("(void)\n{"))
        .filter(source -> !source.name().equals("absent.c")) // a library of the others
        .forEach(source -> present.add(source.name()));
    SampleSources.files(SampleSources.FOLDER, ".S").forEach(it -> present.add(it.name()));
    SampleSources.files(SampleSources.FOLDER.resolve("plain"), "")
        .forEach(source -> present.add("plain/" + source.name()));

    assertThat(used).containsAll(present);
    assertThat(present).hasSizeGreaterThan(20);
  }

  @Test
  void noSampleAppearsTwiceForTheSameEnvironmentButWithAnotherVerdict() throws IOException {
    assertThat(SampleSources.expectations())
        .extracting(row -> row.sample() + " " + row.environment() + " " + row.verdict())
        .doesNotHaveDuplicates();
  }

  @Test
  void everyExpectationIsAVerdictWithItsCauseAndAReason() throws IOException {
    List<String> causes = Arrays.stream(Cause.Type.values()).map(Cause.Type::label).toList();

    assertThat(SampleSources.expectations())
        .allSatisfy(
            row -> {
              assertThat(Outcome.valueOf(row.verdict()).equals(Outcome.INCONCLUSIVE))
                  .isEqualTo(row.cause().startsWith(Cause.Type.EMULATOR_REFUSES.label()));
              if (row.verdict().equals(Outcome.EXECUTABLE.name())) {
                assertThat(row.cause()).isEmpty();
              } else {
                assertThat(causes).contains(row.cause().split(": ", 2)[0]);
              }
              assertThat(row.why()).endsWith(".");
            });
  }

  @Test
  void everyCauseThatASampleCanHaveIsShownByOne() throws IOException {
    Set<String> shown =
        SampleSources.expectations().stream()
            .map(row -> row.cause().split(": ", 2)[0])
            .collect(Collectors.toSet());

    assertThat(shown)
        .containsAll(
            EnumSet.complementOf(EnumSet.copyOf(NOT_THE_SAMPLES)).stream()
                .map(Cause.Type::label)
                .toList());
  }

  @Test
  void whatCouldHarmAHostIsLockedBeforeItDoesAnything() throws IOException {
    List<Source> harmful =
        SampleSources.programs().stream()
            .filter(source -> HARM.matcher(source.text()).find())
            .toList();

    assertThat(harmful).hasSizeGreaterThanOrEqualTo(10);
    assertThat(harmful)
        .allSatisfy(source -> assertThat(source.isLocked()).as(source.name()).isTrue());
  }

  @Test
  void aLockAfterTheFirstStatementIsNoLock() {
    String late =
        """
        #include "guest.h"

        int main(void)
        {
            fork();
            only_in_a_guest();
        }
        """;
    String first = late.replace("    fork();\n", "    int file;\n\n");

    assertThat(new Source(SampleSources.SCRIPT, late).isLocked()).isFalse();
    assertThat(new Source(SampleSources.SCRIPT, first).isLocked()).isTrue();
  }

  @Test
  void everySourceBeginsWithWhatItDoes() throws IOException {
    assertThat(
            Stream.concat(
                SampleSources.files(SampleSources.FOLDER, ".c"),
                SampleSources.files(SampleSources.FOLDER, ".S")))
        .allSatisfy(source -> assertThat(source.text()).startsWith("/*\n * "));
  }

  @Test
  void theReadmeShowsEverySampleAsItIsExpected() throws IOException {
    assertThat(Files.readString(SampleSources.ROOT.resolve("experiments/README.md")).lines())
        .containsAll(
            SampleSources.expectations().stream()
                .map(
                    row ->
                        "| `%s`%s | %s | %s |"
                            .formatted(
                                row.sample(),
                                row.environment().isEmpty() ? "" : " in " + row.environment(),
                                row.cause().isEmpty() ? "runs" : row.cause(),
                                row.why()))
                .toList());
  }
}
