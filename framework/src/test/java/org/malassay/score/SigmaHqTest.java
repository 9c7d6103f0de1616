package org.malassay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.EventLog;

/**
 * SigmaHQ's Linux rules, which are no part of the project: {@code mvn test -pl framework
 * -Dtest=SigmaHqTest -Dexcluded.tests= -Dsigma.rules=DIR}, the folder rules/linux of a checkout.
 */
@Tag("checkout")
class SigmaHqTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("sigma.rules", "no-sigma.rules-given"));
  private static final int AT_LEAST = 180;

  private static RuleBook book() {
    return RuleBook.load(Optional.of(FOLDER));
  }

  @Test
  void allParseAndMostCanBeEvaluated() throws Exception {
    long files;
    try (Stream<Path> walk = Files.walk(FOLDER)) {
      files = walk.filter(file -> file.toString().endsWith(".yml")).count();
    }
    int own = RuleBook.own().rules().size();

    assertThat(book().rules().size() - own + book().unevaluated().size()).isEqualTo((int) files);
    assertThat(book().rules().size() - own).isGreaterThanOrEqualTo(AT_LEAST);
    assertThat(book().rules()).allMatch(rule -> rule.author().isPresent());
  }

  @Test
  void noneOfAHighLevelIsFulfilledByOrdinaryPrograms() throws Exception {
    RuleBook book = book();
    try (Stream<Path> clean = Files.list(Path.of("src/test/resources/org/malassay/score/clean"))) {
      for (Path file : clean.sorted().toList()) {
        RuleMatcher matcher = book.matcher();
        EventLog.read(file, matcher);
        assertThat(matcher.matched().hits())
            .as(file.toString())
            .noneMatch(hit -> hit.level().grave());
      }
    }
  }
}
