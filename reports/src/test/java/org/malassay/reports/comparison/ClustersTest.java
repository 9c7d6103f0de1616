package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.features.Tlsh;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.reports.MadeUp;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.run.RunDirectory;

class ClustersTest {

  /** A hash of which so many of the 128 buckets are 1 and all others 0: each is a distance of 1. */
  private static String ones(int buckets) {
    return "T1" + "0".repeat(6) + "5".repeat(buckets / 2) + "0".repeat(64 - buckets / 2);
  }

  private static List<List<String>> clusters(Map<String, String> hashes, int distance) {
    Map<String, String> names = new LinkedHashMap<>();
    hashes.keySet().forEach(name -> names.put(name, name));
    return Clusters.of(hashes, distance).grouped(names);
  }

  private static Map<String, String> hashes(String... namesAndHashes) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (int i = 0; i < namesAndHashes.length; i += 2) {
      hashes.put(namesAndHashes[i], namesAndHashes[i + 1]);
    }
    return hashes;
  }

  @Test
  void whatIsBetweenTwoSamplesJoinsThem() {
    Map<String, String> chain = hashes("a", ones(0), "c", ones(40), "b", ones(20), "d", ones(80));
    assertThat(clusters(chain, 20)).containsExactly(List.of("a", "c", "b"), List.of("d"));
    assertThat(clusters(chain, 19)).hasSize(4);
    assertThat(clusters(chain, 40)).hasSize(1);
  }

  @Test
  void aSampleWithoutAHashIsAlikeToNone() {
    assertThat(
            clusters(
                hashes("a", ones(2), "b", Tlsh.NONE, "c", ones(2), "d", Tlsh.NONE, "e", "broken"),
                40))
        .containsExactly(List.of("a", "c"), List.of("b"), List.of("d"), List.of("e"));
    assertThat(Clusters.of(hashes("a", ones(2)), 40).grouped(Map.of("unknown", 1))).hasSize(1);
  }

  @Test
  void aRunOfAnEarlierVersionHasNone(@TempDir Path runs) throws IOException {
    RunDirectory old =
        RunDirectory.create(runs, MadeUp.header("old", Map.of(), Map.of(), Map.of()), List.of());
    assertThat(Clusters.of(old, 40).measured()).isFalse();
    assertThat(Clusters.of(hashes("a", Tlsh.NONE), 40).measured()).isTrue();
  }

  /**
   * The worst case: all of one length, and none alike, so that all 50 million pairs are compared.
   */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void tenThousandSamplesAreComparedInSeconds() {
    Random random = new Random(1);
    Map<String, String> hashes = new LinkedHashMap<>();
    for (int i = 0; i < 10_000; i++) {
      byte[] buckets = new byte[32];
      random.nextBytes(buckets);
      hashes.put("s" + i, "T1000000" + HexFormat.of().withUpperCase().formatHex(buckets));
    }
    long start = System.nanoTime();
    assertThat(clusters(hashes, 40)).hasSize(10_000);
    System.out.printf(
        "10,000 hashes: %d ms%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  @Test
  void aDistanceThatIsNoneIsNamedWithWhatIsAllowed() {
    assertThat(Options.of(Map.of()).get(ReportOptions.CLUSTER_DISTANCE)).isEqualTo(40);
    for (String wrong : List.of("-1", "near", "5001")) {
      assertThatThrownBy(
              () ->
                  Options.of(Map.of("cluster.distance", wrong)).get(ReportOptions.CLUSTER_DISTANCE))
          .isInstanceOf(OptionException.class)
          .hasMessageContaining("-Dcluster.distance=" + wrong)
          .hasMessageContaining("a whole number from 0 to 5000");
    }
  }
}
