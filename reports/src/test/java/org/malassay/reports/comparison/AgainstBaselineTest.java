package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.infection.Infection;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.reports.comparison.Change.Kind;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.Shard;

class AgainstBaselineTest {
  private final Words english = Words.of("en");
  private final Path runs;

  AgainstBaselineTest(@TempDir Path runs) {
    this.runs = runs;
  }

  private static AgainstBaseline of(Runs runs) throws IOException {
    return AgainstBaseline.of(runs).orElseThrow();
  }

  @Test
  void whatBecameOfEachRowIsToldTheGravestFirst() throws IOException {
    AgainstBaseline against = of(MadeUpBaseline.compared(runs));
    assertThat(against.both()).isEqualTo(7);
    assertThat(against.changed()).isEqualTo(6);
    assertThat(against.changes())
        .extracting(it -> it.row().environment(), it -> it.row().sample(), Change::kinds)
        .containsExactly(
            tuple(
                "container",
                "became",
                Set.of(Kind.BECAME_EXECUTABLE, Kind.THREAT_ROSE, Kind.IMPACT_ROSE)),
            tuple(
                "container",
                "stopped",
                Set.of(Kind.NO_LONGER_EXECUTABLE, Kind.THREAT_FELL, Kind.IMPACT_FELL)),
            tuple("container", "hits", Set.of(Kind.THREAT_FELL, Kind.IMPACT_ROSE, Kind.HIT_NEW)),
            tuple("container", "cause", Set.of(Kind.CAUSE)),
            tuple("container", "unseen", Set.of(Kind.SCORE_CAME)),
            tuple("container", "untold", Set.of(Kind.NOW_INCONCLUSIVE)),
            tuple("new", "same", Set.of(Kind.ONLY_NOW)),
            tuple("container", "lost", Set.of(Kind.ONLY_BEFORE)),
            tuple("gone", "same", Set.of(Kind.ONLY_BEFORE)));
    assertThat(against.counts().get(Kind.ONLY_BEFORE))
        .containsEntry("container", 1)
        .containsEntry("gone", 1);
  }

  /** Where nobody looked, a hit is no news. */
  @Test
  void aHitIsNewOnlyWhereItWasLookedForBefore() throws IOException {
    AgainstBaseline against = of(MadeUpBaseline.compared(runs));
    assertThat(against.changes())
        .filteredOn(it -> it.row().sample().equals("unseen"))
        .singleElement()
        .satisfies(it -> assertThat(it.newHits()).isEmpty());
    assertThat(against.changes())
        .filteredOn(it -> it.kinds().contains(Kind.HIT_NEW))
        .singleElement()
        .satisfies(it -> assertThat(ChangeText.hits(it)).isEqualTo("+ Stays"));
  }

  @Test
  void theSameTheOtherWayRoundIsWhatIsGone() throws IOException {
    AgainstBaseline against =
        of(MadeUpBaseline.against(MadeUpBaseline.before(runs), MadeUpBaseline.after(runs)));
    assertThat(against.counts().keySet())
        .containsExactly(
            Kind.BECAME_EXECUTABLE,
            Kind.NO_LONGER_EXECUTABLE,
            Kind.THREAT_ROSE,
            Kind.IMPACT_ROSE,
            Kind.THREAT_FELL,
            Kind.IMPACT_FELL,
            Kind.HIT_GONE,
            Kind.CAUSE,
            Kind.SCORE_WENT,
            Kind.NO_LONGER_INCONCLUSIVE,
            Kind.ONLY_NOW,
            Kind.ONLY_BEFORE);
  }

  /** What says where things lie explains nothing; an environment of one run is told by its rows. */
  @Test
  void whatDiffersBetweenTheRunsIsTold() throws IOException {
    AgainstBaseline against = of(MadeUpBaseline.compared(runs));
    assertThat(against.apart())
        .extracting(Apart::of, Apart::name, Apart::before, Apart::now)
        .containsExactly(
            tuple(Apart.Of.ENVIRONMENT, "image", "debian <b>12</b>", "debian <b>13</b>"),
            tuple(Apart.Of.OPTION, "time.limit", "10s", "20s"),
            tuple(Apart.Of.VERSION, "malassay", "0.1.0", "0.2.0"));
  }

  /** Nor do options that change no result. */
  @Test
  void howReportsWereMadeExplainsNothing() throws IOException {
    RunDirectory before = named("one", Map.of("html.details", "6m", "lang", "en"), "a");
    RunDirectory now = named("two", Map.of("html.details", "1m", "lang", "ja"), "a");
    assertThat(of(MadeUpBaseline.against(now, before)).apart()).isEmpty();
  }

  @Test
  void theSamplesOfOtherShardsAreNoChange() throws IOException {
    List<String> all = List.of("a", "b", "c", "d", "e", "f");
    String[] its =
        all.stream()
            .filter(it -> new Shard(1, 2).has(MadeUp.row("container", it).build().sha256()))
            .toArray(String[]::new);
    assertThat(its.length).isBetween(1, 5);
    RunDirectory before = named("one", Map.of(), all.toArray(String[]::new));
    RunDirectory now = named("two", Map.of("shard", "1/2"), its);
    AgainstBaseline against = of(MadeUpBaseline.against(now, before));
    assertThat(against.both()).isEqualTo(its.length);
    assertThat(against.changes()).isEmpty();
  }

  private RunDirectory named(String id, Map<String, String> options, String... samples)
      throws IOException {
    List<Result> rows = new ArrayList<>();
    for (String sample : samples) {
      rows.add(MadeUp.row("container", sample).build(id));
    }
    return MadeUp.run(
        runs,
        MadeUp.header(id, options, Map.of(), Map.of("container", Map.of("image", "debian"))),
        rows);
  }

  @Test
  void whereNothingChangedThatIsSaid() throws IOException {
    AgainstBaseline against = of(MadeUpBaseline.unchanged(runs));
    assertThat(against.changes()).isEmpty();
    assertThat(against.sentences(english))
        .containsExactly(
            "Nothing changed since run then: all 2 rows that both runs have are the same in"
                + " verdict, cause, scores, hits and stages.",
            "The runs themselves do not differ: same corpus, rules, environments, options and"
                + " versions.");
    assertThat(against.sentences(Words.of("ja")).get(0)).startsWith("実行 then から変化はない。");
  }

  @Test
  void aBaselineOfAnotherCorpusIsNoComparisonAndWhatMendsThatIsSaid() throws IOException {
    AgainstBaseline against =
        of(
            MadeUpBaseline.against(
                MadeUp.run(runs, "now", List.of(MadeUp.row("container", "a").build())),
                MadeUp.run(runs, "then", List.of(MadeUp.row("container", "b").build()))));
    assertThat(against.sentences(english))
        .contains(
            "Run then has no sample and environment in common with this run, so nothing can be"
                + " compared: -Dbaseline=RUN names a run of the same corpus and environments.")
        .noneMatch(it -> it.startsWith("Nothing changed"));
  }

  private RunDirectory session(String id, String rules) throws IOException {
    return MadeUp.run(
        runs,
        id,
        List.of(
            MadeUp.row("container", "a").infection(new Infection(7, 7, List.of(), rules)).build()));
  }

  @Test
  void stagesByOtherRulesAreSaid() throws IOException {
    RunDirectory now = session("now", "new");
    assertThat(of(MadeUpBaseline.against(now, session("then", "old"))).sentences(english))
        .contains(
            "In the two runs the stages of login sessions were found by different rules, so they may"
                + " have changed for that alone: measuring the sessions of run then again with this"
                + " version finds them by the rules of today.");
    assertThat(of(MadeUpBaseline.against(now, session("same", "new"))).sentences(english))
        .noneMatch(it -> it.contains("stages of login sessions"));
    RunDirectory none = MadeUp.run(runs, "none", List.of(MadeUp.row("container", "a").build()));
    assertThat(of(MadeUpBaseline.against(now, none)).sentences(english))
        .noneMatch(it -> it.contains("stages of login sessions"));
  }

  @Test
  void otherRulesAndALostRowOfTheBaselineAreSaid() throws IOException {
    RunDirectory then = MadeUp.run(runs, "then", List.of(MadeUp.row("container", "a").build()));
    Path journal = then.path().resolve("journal.jsonl");
    String line = Files.readString(journal);
    String digest = line.replaceAll("(?s).*\"rules\":\"([0-9a-f]+)\".*", "$1");
    Files.writeString(journal, "half\n" + line.replace(digest, "0123456789ab"));
    RunDirectory now = MadeUp.run(runs, "now", List.of(MadeUp.row("container", "a").build()));
    AgainstBaseline against = of(MadeUpBaseline.against(now, then));
    assertThat(against.apart())
        .singleElement()
        .satisfies(it -> assertThat(it.before()).isEqualTo("0123456789ab"));
    assertThat(against.sentences(english))
        .anyMatch(it -> it.startsWith("The two runs were scored by different rules"))
        .contains("Of run then: line 1 of journal.jsonl is damaged: its row is lost.");
  }
}
