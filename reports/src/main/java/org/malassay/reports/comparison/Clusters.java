package org.malassay.reports.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.features.TlshDigest;
import org.malassay.run.RunDirectory;

/**
 * Which samples are near-duplicates of one another, by their hashes of TLSH: two are where their
 * distance is at most that of {@code -Dcluster.distance}, and so is what is between them by way of
 * others (single linkage). A sample without a hash is alike to none.
 *
 * @param distance the greatest of two near-duplicates
 * @param ofSample the number of its cluster, for each sample that has a hash, by its SHA-256
 */
public record Clusters(int distance, Map<String, Integer> ofSample) {
  public Clusters {
    ofSample = Map.copyOf(ofSample);
  }

  /** The near-duplicates of a run's corpus; of none where it is one of an earlier version. */
  public static Clusters of(RunDirectory run, int distance) throws IOException {
    Map<String, String> hashes = new LinkedHashMap<>();
    run.forEachCorpusEntry(
        entry -> entry.tlsh().ifPresent(hash -> hashes.putIfAbsent(entry.sha256(), hash)));
    return of(hashes, distance);
  }

  /** Those of samples with these hashes, by their SHA-256. */
  static Clusters of(Map<String, String> hashes, int distance) {
    Map<String, Optional<TlshDigest>> digests = new LinkedHashMap<>();
    hashes.forEach((sha256, text) -> digests.put(sha256, TlshDigest.of(text)));
    List<TlshDigest> different =
        digests.values().stream()
            .flatMap(Optional::stream)
            .distinct()
            .sorted(Comparator.comparingInt(TlshDigest::length))
            .toList();
    int[] cluster = joined(different, distance);
    Map<TlshDigest, Integer> ofDigest = new HashMap<>();
    for (int i = 0; i < cluster.length; i++) {
      ofDigest.put(different.get(i), cluster[i]);
    }
    Map<String, Integer> ofSample = new HashMap<>();
    int alone = cluster.length;
    for (Map.Entry<String, Optional<TlshDigest>> sample : digests.entrySet()) {
      int its = sample.getValue().map(digest -> ofDigest.getOrDefault(digest, -1)).orElse(-1);
      ofSample.put(sample.getKey(), its < 0 ? alone++ : its);
    }
    return new Clusters(distance, ofSample);
  }

  /**
   * The cluster of each hash, by the number of one of its hashes. What is in one cluster already is
   * not compared, nor what differs too much in length: most pairs are seen by a few numbers.
   */
  private static int[] joined(List<TlshDigest> byLength, int distance) {
    TlshDigest[] digests = byLength.toArray(TlshDigest[]::new);
    int[] parents = new int[digests.length];
    Arrays.setAll(parents, i -> i);
    for (int i = 0; i < digests.length; i++) {
      TlshDigest one = digests[i];
      int root = root(parents, i);
      for (int j = i + 1; j < digests.length; j++) {
        TlshDigest other = digests[j];
        int header = one.header(other);
        if (header > distance) {
          if (other.length() - one.length() > distance) {
            break; // each step of the length weighs one at least, and lengths only grow
          }
          continue;
        }
        if (parents[j] != root && one.distance(other) <= distance) {
          parents[root(parents, j)] = root;
        }
      }
    }
    for (int i = 0; i < parents.length; i++) {
      parents[i] = root(parents, i);
    }
    return parents;
  }

  private static int root(int[] parents, int of) {
    int root = of;
    while (parents[root] != root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  }

  /** False where no sample of the run has a hash: near-duplicates were not looked for. */
  public boolean measured() {
    return !ofSample.isEmpty();
  }

  /**
   * Samples put together with their near-duplicates, in the order of the first one of each cluster.
   *
   * @param samples by SHA-256
   */
  <T> List<List<T>> grouped(Map<String, T> samples) {
    Map<Object, List<T>> groups = new LinkedHashMap<>();
    samples.forEach(
        (sha256, sample) -> {
          Integer cluster = ofSample.get(sha256);
          Object key = cluster == null ? sha256 : cluster;
          groups.computeIfAbsent(key, any -> new ArrayList<>()).add(sample);
        });
    return List.copyOf(groups.values());
  }
}
