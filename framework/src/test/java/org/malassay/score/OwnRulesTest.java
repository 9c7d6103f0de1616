package org.malassay.score;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;

/**
 * The project's own rules: each with what was recorded of a harmless program that fulfils it, and
 * none fulfilled by what was recorded of ordinary programs.
 */
class OwnRulesTest {
  private static final Path FILES = Path.of("src/main/resources/org/malassay/score/rules");
  private static final Path RECORDINGS =
      Path.of("src/test/resources/org/malassay/score/recordings");

  private static final Path CLEAN = Path.of("src/test/resources/org/malassay/score/clean");
  private static final RuleBook BOOK = RuleBook.own();

  private static List<Event> events(Path recording) throws IOException {
    List<Event> events = new ArrayList<>();
    assertThat(EventLog.read(recording, events::add)).as("%s is whole", recording).isTrue();
    return events;
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    }
  }

  private static String fileOf(Rule rule) {
    return rule.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".jsonl.gz";
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsFulfilledByWhatWasRecordedForIt() {
    return BOOK.rules().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.title(),
                    () ->
                        assertThat(Rules.hits(BOOK, events(RECORDINGS.resolve(fileOf(rule)))))
                            .filteredOn(hit -> hit.rule().equals(rule.id()))
                            .singleElement()
                            .satisfies(
                                hit -> {
                                  assertThat(hit.event()).isNotEmpty();
                                  assertThat(hit.at()).isPositive();
                                  assertThat(hit.part()).isPositive();
                                })));
  }

  @Test
  void everyRecordingIsARules() throws Exception {
    assertThat(files(RECORDINGS).map(file -> file.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(
            BOOK.rules().stream().map(OwnRulesTest::fileOf).toList());
  }

  @TestFactory
  Stream<DynamicTest> ordinaryProgramsFulfilNoRuleOfAHighLevel() throws Exception {
    return files(CLEAN)
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      List<Event> events = events(file);
                      assertThat(events).hasSizeGreaterThan(20);
                      Matched matched = Rules.matched(BOOK, events);
                      assertThat(matched.givenUp()).isZero();
                      List<Hit> hits = matched.hits();
                      assertThat(hits).noneMatch(hit -> hit.level().grave());
                      assertThat(hits)
                          .extracting(Hit::title)
                          .isSubsetOf(
                              "Looks at Other Processes",
                              "Fetches by a Program of the Device",
                              "Takes the Name of a Service or a Kernel Thread",
                              "Waits for Others to Connect");
                    }));
  }

  @Test
  void everyRuleSaysWhatItIsWhereItIsFromAndHowSureItIs() {
    assertThat(BOOK.unevaluated()).isEmpty();
    assertThat(BOOK.rules()).hasSizeGreaterThan(40);
    assertThat(BOOK.rules())
        .allSatisfy(
            rule -> {
              assertThat(UUID.fromString(rule.id())).isNotNull();
              assertThat(rule.author()).contains("Malassay");
              assertThat(rule.techniques()).as(rule.title()).isNotEmpty();
              assertThat(rule.references()).as(rule.title()).isNotEmpty();
              assertThat(rule.dimensions()).isNotEmpty();
              assertThat(rule.level()).isNotEqualTo(Level.INFORMATIONAL);
              assertThat(rule.confidence()).isBetween(0.5, 0.99);
              assertThat(rule.attempt()).isEqualTo(0.5);
            });
  }

  /** Version 19 of ATT&CK (April 2026) has other techniques in the place of these. */
  @Test
  void noTechniqueIsOneThatIsNoMore() {
    assertThat(BOOK.rules().stream().flatMap(rule -> rule.techniques().stream()))
        .doesNotContain("T1562", "T1562.001", "T1562.004", "T1070.002", "T1070.003");
  }

  @Test
  void everyFileOfRulesIsRead() throws Exception {
    Set<String> files = files(FILES).map(file -> file.getFileName().toString()).collect(toSet());

    assertThat(files).containsExactlyInAnyOrderElementsOf(RuleBook.OWN);
    for (String file : files) {
      assertThat(Files.readString(FILES.resolve(file)))
          .contains("SPDX-License-Identifier: Apache-2.0");
    }
  }

  /**
   * Servers read keys and passwords and take the port of their service. Whoever puts another
   * program in their place fulfils a rule by that.
   */
  @Test
  void aServerOfTheDeviceDoesItsWorkAndNoOtherProgramOfItsName() {
    List<Event> work =
        List.of(
            Rules.open("/etc/shadow", "O_RDONLY"),
            Rules.open("/etc/dropbear/dropbear_ed25519_host_key", "O_RDONLY"));

    assertThat(titles("/usr/sbin/dropbear", work)).isEmpty();
    for (String other : List.of("/tmp/dropbear", "/usr/sbin/../../tmp/dropbear", "dropbear")) {
      assertThat(titles(other, work))
          .as(other)
          .containsExactly("Reads the Passwords", "Reads Keys or the Memory of a Shell");
    }
    assertThat(
            titles("/tmp/x", List.of(Rules.open("/usr/sbin/dropbear", "O_WRONLY|O_CREAT|O_TRUNC"))))
        .containsExactly("Writes into a Folder of Programs");
  }

  private static List<String> titles(String program, List<Event> work) {
    List<Event> events = new ArrayList<>(List.of(Rules.started(program, program)));
    events.addAll(work);
    return Rules.hits(BOOK, events).stream().map(Hit::title).toList();
  }

  /** Whoever is root in a guest can let his program be named like anything. */
  @Test
  void evidenceIsBounded() {
    String long1 = "x".repeat(100_000);
    Hit hit =
        Rules.hits(
                BOOK,
                List.of(
                    Rules.started("/tmp/" + long1, long1),
                    Rules.open("/etc/cron.d/" + long1, "O_WRONLY|O_CREAT")))
            .get(0);

    assertThat(hit.title()).isEqualTo("Stays by cron");
    assertThat(hit.event()).hasSizeLessThan(210);
    assertThat(hit.program()).hasSizeLessThan(210);
  }
}
