package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.malassay.reports.MadeUp;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

class ByClusterTest {

  private static Result runs(String environment, String sample) {
    return MadeUp.row(environment, sample).build();
  }

  private static Result fails(String environment, String sample) {
    return MadeUp.row(environment, sample).notExecutable(Cause.Type.ABORT, "").build();
  }

  /** Each sample in the cluster of this number, those that are not named by themselves. */
  private static Clusters clusters(Map<String, Integer> ofName) {
    Map<String, Integer> clusters = new HashMap<>();
    ofName.forEach((name, number) -> clusters.put(MadeUp.sha256(name), number));
    return new Clusters(40, clusters);
  }

  /** Eight builds of one program that run in containers only, and two more that run everywhere. */
  private static ByCluster builds() {
    List<Result> rows = new ArrayList<>();
    Map<String, Integer> cluster = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      rows.add(runs("container", "build-" + i));
      rows.add(fails("unikernel", "build-" + i));
      cluster.put("build-" + i, 7);
    }
    for (String other : List.of("x", "y")) {
      rows.add(runs("container", other));
      rows.add(runs("unikernel", other));
    }
    assertThat(Comparison.of(rows).pairs().get(0).verdictsP().orElseThrow()).isLessThan(0.05);
    return ByCluster.of(rows, clusters(cluster)).orElseThrow();
  }

  @Test
  void aThousandBuildsAreOneFact() {
    ByCluster by = builds();
    assertThat(by.clusters())
        .extracting(ByCluster.Cluster::sample, ByCluster.Cluster::samples)
        .startsWith(org.assertj.core.groups.Tuple.tuple("build-0", 8))
        .hasSize(3);
    assertThat(by.greatest()).isEqualTo(8);
    assertThat(by.in("unikernel").share()).hasValueCloseTo(2 / 3.0, within(1e-9));
    assertThat(by.in("unikernel").threat().mean()).isEqualTo(6);
    assertThat(by.in("container").interval()).contains(Interval.wilson(3, 3));
    assertThat(by.pairs())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.samples()).isEqualTo(3);
              assertThat(pair.verdicts()).isEqualTo(McNemar.of(1, 0));
              assertThat(pair.threat().orElseThrow().medianDifference()).isZero();
            });
    assertThat(by.paired()).isEqualTo(3);
    // Friedman's, with one of three that differs: as Cochran's, 1.
    assertThat(by.omnibus().orElseThrow().q()).isCloseTo(1, within(1e-9));
  }

  @Test
  void aClusterIsWhatMostOfItsSamplesAre() {
    ByCluster by =
        ByCluster.of(
                List.of(
                    runs("container", "a"),
                    runs("container", "b"),
                    fails("container", "c"),
                    MadeUp.row("container", "d").inconclusive("gone").build(),
                    runs("raspbian", "a"),
                    fails("raspbian", "b"),
                    fails("raspbian", "c"),
                    fails("raspbian", "d")),
                clusters(Map.of("a", 1, "b", 1, "c", 1, "d", 1)))
            .orElseThrow();
    assertThat(by.clusters())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.family()).contains("mirai");
              assertThat(it.shares().get("container")).isCloseTo(2 / 3.0, within(1e-9));
              assertThat(it.shares().get("raspbian")).isEqualTo(0.25);
            });
    // Of the three with an answer in both, two run here and one there.
    assertThat(by.pairs().get(0).verdicts()).isEqualTo(McNemar.of(1, 0));
    assertThat(by.pairs().get(0).threat().orElseThrow().medianDifference()).isEqualTo(3);
  }

  /** Then the tests are those of samples, to the last digit. */
  @Test
  void whereNothingIsAlikeClustersAreSamples() {
    Random random = new Random(3);
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      for (String environment : List.of("container", "raspbian", "unikernel")) {
        String name = "s" + i;
        switch (random.nextInt(4)) {
          case 0 -> rows.add(fails(environment, name));
          case 1 -> rows.add(MadeUp.row(environment, name).inconclusive("gone").build());
          case 2 -> rows.add(MadeUp.row(environment, name).threatScore(5).build());
          default -> rows.add(MadeUp.row(environment, name).withoutHits().build());
        }
      }
    }
    Comparison samples = Comparison.of(rows);
    ByCluster by = ByCluster.of(rows, clusters(Map.of("s0", 1))).orElseThrow();
    assertThat(by.pairs()).isEqualTo(samples.pairs());
    assertThat(by.omnibus()).isEqualTo(samples.omnibus()).isPresent();
    assertThat(by.paired()).isEqualTo(samples.paired());
    for (Figures figures : samples.environments()) {
      ByCluster.InEnvironment it = by.in(figures.environment());
      assertThat(it.clusters()).isEqualTo(figures.conclusive());
      assertThat(it.impact()).isEqualTo(figures.impact());
      assertThat(it.interval().orElseThrow().low())
          .isCloseTo(figures.interval().orElseThrow().low(), within(1e-8));
    }
  }

  @Test
  void theSentenceSaysWhatIsLeft() {
    Words english = Words.of("en");
    Sensitivity none = new Sensitivity(List.of(), true);
    ByCluster by = builds();
    Comparison comparison = Comparison.of(List.of(runs("container", "a")));
    assertThat(Caveats.of(comparison, Optional.of(by), none, english).clusters())
        .isEqualTo(
            "Clusters of near-duplicates (distance by TLSH at most 40) among the 10 samples: 3, the"
                + " greatest of 8. Each cluster counted once, the share that runs is 67 % in"
                + " unikernel (95 % confidence 21–94 %) and 100 % in container (95 % confidence"
                + " 44–100 %). By clusters, no two environments are shown to differ in what runs.");
    assertThat(Caveats.of(comparison, Optional.empty(), none, english).clusters())
        .startsWith("Near-duplicates among the 1 samples were not looked for");
    assertThat(Caveats.of(comparison, Optional.of(by), none, Words.of("ja")).clusters())
        .contains("10 個のサンプル", "3 個あり");
  }
}
